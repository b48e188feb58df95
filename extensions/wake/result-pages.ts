import type { Latchkey, Page, WakeResult } from '../../protocol/api/index.ts';
import type { Texts } from './texts.ts';

/** Rows that a page shows. */
const mostRows = 5000;
/** Pages that are brought up to date when the language changes. */
const mostPages = 20;
const order: readonly WakeResult['state'][] = ['failed', 'refused', 'noAnswer', 'sent', 'cancelled', 'awake'];

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
    const sorted = results.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
    const again = results.filter(({ state }) => state !== 'awake' && state !== 'refused').map(({ device }) => device);
    const more = sorted.length - mostRows;
    return {
      ...frame,
      blocks: [
        { kind: 'text', text: t('page.summary', { awake, noAnswer, others: results.length - awake - noAnswer }) },
        ...(again.length > 0
          ? [
              {
                kind: 'actions' as const,
                actions: [
                  { title: t('page.again'), command: 'device.wake', arguments: { devices: again }, icon: 'zap' },
                ],
              },
            ]
          : []),
        {
          kind: 'table',
          columns: ['device', 'state', 'sentBy', 'why'].map((column) => ({ title: t(`page.${column}`) })),
          rows: sorted.slice(0, mostRows).map((result) => ({
            cells: [result.name, this.texts.state(result), this.texts.sentBy(result), this.texts.why(result) ?? ''],
            device: result.device,
          })),
        },
        ...(more > 0 ? [{ kind: 'text' as const, text: t('page.more', { count: more }), tone: 'muted' as const }] : []),
      ],
    };
  }
}
