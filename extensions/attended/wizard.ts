import type { Latchkey, SetUp } from '../../protocol/api/index.ts';
import { emptyDraft, pageId, wizardPage, type Draft } from './wizard-pages.ts';

/** What the page's buttons send. */
export interface AnswerArguments {
  readonly setUp: string;
  readonly step: 'nickname' | 'group' | 'back' | 'cancel' | 'close';
  readonly nickname?: string;
  readonly group?: string;
}

export const isOver = ({ state }: SetUp): boolean => ['done', 'declined', 'cancelled', 'failed'].includes(state);

/**
 * The pages of the set-ups. Where one stands is the hub's to say; what has been typed is kept here and in the extension's
 * storage, so that a person can leave the page, or load the workbench anew, and go on.
 */
export class Wizard {
  private readonly latchkey: Latchkey;
  /** As last heard of. */
  private readonly setUps = new Map<string, SetUp>();
  /** The session of one that was to begin when the connection was lost: the hub may have begun it. */
  private inDoubt: string | undefined;
  private drawn: Promise<void> = Promise.resolve();

  constructor(latchkey: Latchkey) {
    this.latchkey = latchkey;
  }

  async open(setUp: SetUp): Promise<void> {
    this.setUps.set(setUp.id, setUp);
    await this.draw(setUp, 'openPage');
  }

  /** Brings the page up to date where it is open. */
  async changed(setUp: SetUp): Promise<void> {
    this.setUps.set(setUp.id, setUp);
    const begun = setUp.session !== null && setUp.session === this.inDoubt && !isOver(setUp);
    if (begun) this.inDoubt = undefined;
    await this.draw(setUp, begun ? 'openPage' : 'updatePage');
    if (isOver(setUp)) await this.keepDraft(setUp.id, undefined);
  }

  async refresh(): Promise<void> {
    for (const setUp of this.setUps.values()) await this.draw(setUp, 'updatePage');
  }

  async answer({ setUp: id, step, nickname, group }: AnswerArguments): Promise<void> {
    const setUp = await this.find(id);
    const draft = await this.draftOf(id);
    switch (step) {
      case 'nickname':
        return this.turn(setUp, { ...draft, step: 'group', nickname: (nickname ?? '').trim() });
      case 'back':
        return this.turn(setUp, { ...draft, step: 'nickname' });
      case 'group':
        return this.complete(setUp, { ...draft, group: group ?? '' });
      case 'cancel':
        return this.changed(await this.latchkey.setUps.cancel(id));
      case 'close':
        return this.close(setUp);
    }
  }

  /** Asks for the technician's password, then the customer. */
  async begin(session: string): Promise<void> {
    this.inDoubt = session;
    const setUp = await this.latchkey.setUps.begin(session);
    this.inDoubt = undefined;
    if (setUp) await this.open(setUp);
  }

  private async turn(setUp: SetUp, draft: Draft): Promise<void> {
    await this.keepDraft(setUp.id, draft);
    await this.draw(setUp, 'openPage');
  }

  private async complete(setUp: SetUp, draft: Draft): Promise<void> {
    await this.keepDraft(setUp.id, draft);
    const { nickname, group } = draft;
    await this.changed(await this.latchkey.setUps.complete(setUp.id, { nickname: nickname || null, group }));
  }

  private async close(setUp: SetUp): Promise<void> {
    const { window, sessions } = this.latchkey;
    this.setUps.delete(setUp.id);
    await window.closePage(pageId(setUp));
    const goesOn = (await sessions.list()).some(({ id }) => id === setUp.session);
    if (setUp.session !== null && goesOn) await sessions.show(setUp.session);
  }

  private async find(id: string): Promise<SetUp> {
    const { setUps, l10n } = this.latchkey;
    const found = (await setUps.list()).find((each) => each.id === id) ?? this.setUps.get(id);
    if (!found) throw new Error(l10n.t('error.over'));
    this.setUps.set(id, found);
    return found;
  }

  /** One after the other, each with the latest: a page that took longer to draw must not take the place of a newer one. */
  private draw({ id }: SetUp, show: 'openPage' | 'updatePage'): Promise<void> {
    const drawn = this.drawn.then(async () => {
      const setUp = this.setUps.get(id);
      if (setUp) await this.latchkey.window[show](await this.page(setUp));
    });
    this.drawn = drawn.catch(() => {});
    return drawn;
  }

  private async page(setUp: SetUp) {
    const { l10n, groups } = this.latchkey;
    return wizardPage({
      l10n,
      setUp,
      draft: await this.draftOf(setUp.id),
      groups: await groups.list(),
      problem: setUp.problem ? await l10n.describeProblem(setUp.problem) : undefined,
    });
  }

  private async draftOf(id: string): Promise<Draft> {
    return (await this.drafts())[id] ?? emptyDraft;
  }

  private async drafts(): Promise<Record<string, Draft>> {
    return (await this.latchkey.storage.get<Record<string, Draft>>('drafts')) ?? {};
  }

  private async keepDraft(id: string, draft: Draft | undefined): Promise<void> {
    const { [id]: _, ...others } = await this.drafts();
    await this.latchkey.storage.set('drafts', draft ? { ...others, [id]: draft } : others);
  }
}
