import type { Latchkey, Page, WakeResult } from '../../protocol/api/index.ts';
import { resultBlocks } from './result-table.ts';
import type { Texts } from './texts.ts';

/** Pages that are brought up to date when the language changes. */
const mostPages = 20;

export interface ResultPage {
  readonly id: string;
  readonly count: number;
  settled: number;
  results: readonly WakeResult[] | undefined;
}

/** One page for each wake of several devices: how far it is, and what became of each. */
export class ResultPages {
  private readonly latchkey: Latchkey;
  private readonly texts: Texts;
  private readonly opened: ResultPage[] = [];
  private made = 0;

  constructor(latchkey: Latchkey, texts: Texts) {
    this.latchkey = latchkey;
    this.texts = texts;
  }

  async open(count: number): Promise<ResultPage> {
    const page: ResultPage = { id: `wake-${++this.made}`, count, settled: 0, results: undefined };
    this.opened.push(page);
    if (this.opened.length > mostPages) this.opened.shift();
    await this.latchkey.window.openPage(this.draw(page));
    return page;
  }

  progress(page: ResultPage, settled: number): void {
    page.settled = settled;
    this.update(page);
  }

  async finish(page: ResultPage, results: readonly WakeResult[]): Promise<void> {
    page.results = results;
    await this.latchkey.window.updatePage(this.draw(page));
  }

  refresh(): void {
    for (const page of this.opened) this.update(page);
  }

  private update(page: ResultPage): void {
    this.latchkey.window.updatePage(this.draw(page)).catch((error: Error) => this.latchkey.log.warn(error.message));
  }

  private draw({ id, count, settled, results }: ResultPage): Page {
    const { t } = this.latchkey.l10n;
    const frame = { id, title: t('page.title', { count }), icon: 'zap' };
    if (!results) {
      const label = t('progress', { settled, count });
      return {
        ...frame,
        blocks: [
          { kind: 'busy', text: t('page.waiting') },
          { kind: 'progress', label, value: settled, maximum: count },
        ],
      };
    }
    const number = (state: WakeResult['state']): number => results.filter((each) => each.state === state).length;
    const [awake, noAnswer] = [number('awake'), number('noAnswer')];
    return {
      ...frame,
      blocks: [
        { kind: 'text', text: t('page.summary', { awake, noAnswer, others: results.length - awake - noAnswer }) },
        ...resultBlocks(this.latchkey.l10n, this.texts, results),
      ],
    };
  }
}
