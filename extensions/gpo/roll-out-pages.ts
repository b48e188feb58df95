import type { Latchkey, Page, RollOut, RollOutFile, RollOutProgress } from '../../protocol/api/index.ts';
import { beginPage, guidePage, type Problems, type Step } from './guide-page.ts';
import { progressPage } from './progress-page.ts';

/** Where somebody is on a page, and what was wrong with what they said. */
interface Shown {
  readonly step: Step;
  readonly problems: Problems;
}

/** The pages of roll-outs that were opened, and what is only known while they are. */
export class RollOutPages {
  private readonly latchkey: Latchkey;
  private readonly open = new Map<string, Shown>();
  private readonly files = new Map<string, RollOutFile>();
  private beginning: Shown | undefined;

  constructor(latchkey: Latchkey) {
    this.latchkey = latchkey;
  }

  /** The page on which a new one is begun. */
  async begin(problems: Problems = {}): Promise<void> {
    this.beginning = { step: 'computers', problems };
    await this.latchkey.window.openPage(await this.beginPage(problems));
  }

  /** Its page, where the administrator is in the guide. */
  async show(rollOut: RollOut, step: Step = rollOut.step, problems: Problems = {}): Promise<void> {
    const shown = { step, problems };
    this.open.set(rollOut.id, shown);
    await this.latchkey.window.openPage(await this.page(rollOut, shown));
  }

  /** The begun one takes the place of the page that it was begun on. */
  async begun(rollOut: RollOut): Promise<void> {
    this.beginning = undefined;
    await this.show(rollOut);
    await this.latchkey.window.closePage('roll-out:new');
  }

  async prepared(file: RollOutFile): Promise<void> {
    this.files.set(file.rollOut, file);
    await this.update(file.rollOut);
  }

  async deleted(id: string): Promise<void> {
    this.open.delete(id);
    this.files.delete(id);
    await this.latchkey.window.closePage(`roll-out:${id}`);
  }

  /** Brings what is open up to date: one page, or, with null, all. */
  async update(id: string | null): Promise<void> {
    if (id === null) {
      await this.updateBegin();
      await Promise.all([...this.open.keys()].map((each) => this.update(each)));
      return;
    }
    const shown = this.open.get(id);
    if (!shown) return;
    let rollOut: RollOut;
    try {
      rollOut = await this.latchkey.rollOuts.get(id);
    } catch (error) {
      if ((error as { code?: string }).code === 'rollOut.notFound') return this.deleted(id);
      throw error;
    }
    const page = await this.page(rollOut, shown);
    // Whoever went on while this was drawn is not led back.
    const current = (): boolean => this.open.get(id) === shown;
    if (current() && !(await this.latchkey.window.updatePage(page)) && current()) this.open.delete(id);
  }

  /** The latest before this one, which a new one takes after. */
  async last(before?: RollOut): Promise<RollOut | undefined> {
    const { rollOuts } = this.latchkey;
    const found = (await rollOuts.list()).find(
      ({ id, domain, share, createdAt }) =>
        domain !== null && share !== null && id !== before?.id && (!before || createdAt <= before.createdAt),
    );
    return found && rollOuts.get(found.id);
  }

  async groupName(group: string): Promise<string> {
    return (await this.latchkey.groups.list()).find(({ id }) => id === group)?.name ?? '–';
  }

  private async page(rollOut: RollOut, { step, problems }: Shown) {
    const { rollOuts, l10n } = this.latchkey;
    const group = await this.groupName(rollOut.group);
    if (step === 'progress') {
      const progress = await rollOuts.progress(rollOut.id);
      return progressPage(l10n, progress, { why: await this.why(progress) });
    }
    const last = step === 'domain' && rollOut.domain === null ? await this.last(rollOut) : undefined;
    return guidePage(l10n, rollOut, step, { group, problems, last, file: this.files.get(rollOut.id) });
  }

  private async why({ computers }: RollOutProgress): Promise<Map<string, string>> {
    const why = new Map<string, string>();
    for (const { problem } of computers) {
      if (problem && !why.has(problem.code)) why.set(problem.code, await this.latchkey.l10n.describeProblem(problem));
    }
    return why;
  }

  private async updateBegin(): Promise<void> {
    const shown = this.beginning;
    if (!shown) return;
    const page = await this.beginPage(shown.problems);
    const current = (): boolean => this.beginning === shown;
    if (current() && !(await this.latchkey.window.updatePage(page)) && current()) this.beginning = undefined;
  }

  private async beginPage(problems: Problems): Promise<Page> {
    const { groups, l10n } = this.latchkey;
    return beginPage(l10n, await groups.list(), await this.last(), problems);
  }
}
