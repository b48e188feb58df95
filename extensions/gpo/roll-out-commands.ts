import type { CommandContext, Latchkey, RollOut, RollOutChange, RollOutSummary } from '../../protocol/api/index.ts';
import type { Step } from './guide-page.ts';
import { changesOf, fieldOf, groupNameOf, NotANumber, type RollOutAnswers } from './roll-out-answers.ts';
import type { RollOutPages } from './roll-out-pages.ts';
import { joinedText, strangersText } from './texts.ts';

export interface CreateArguments extends RollOutAnswers {
  readonly group?: string;
  readonly output?: string;
}
export interface ChosenArguments {
  readonly rollOut?: string;
}
export interface DomainArguments extends ChosenArguments {
  readonly domainController?: string;
  readonly account?: string;
  readonly certificate?: string;
}
export interface AnswerArguments extends RollOutAnswers {
  /** Absent on the page where one is begun. */
  readonly rollOut?: string;
  readonly group?: string;
  readonly step: Exclude<Step, 'files' | 'progress'>;
}

/** What somebody would have to remove by hand; the rest is part of it. */
const thingsLeft: ReadonlySet<RollOutChange['kind']> = new Set(['link', 'policy', 'group', 'folder', 'file']);
/** Things in a domain that are named one by one, and characters that somebody has to type. */
const mostNamed = 8;
const mostTyped = 100;

const following = { computers: 'domain', domain: 'options', options: 'files' } as const;

/** The bodies of the commands. */
export class RollOutCommands {
  private readonly latchkey: Latchkey;
  private readonly pages: RollOutPages;

  constructor(latchkey: Latchkey, pages: RollOutPages) {
    this.latchkey = latchkey;
    this.pages = pages;
  }

  /** With nothing said, in the workbench: the guide. */
  async create({ output, ...args }: CreateArguments, context: CommandContext) {
    const { environment, rollOuts } = this.latchkey;
    if (Object.keys(args).length === 0 && output === undefined && environment.kind === 'browser') {
      await this.pages.begin();
      return null;
    }
    const group = args.group ?? (await this.latchkey.groups.pick({ title: this.latchkey.l10n.t('field.group') }));
    if (group === undefined) return null;
    const rollOut = await rollOuts.create(group, {
      ...this.changes(args, undefined, await this.pages.groupName(group)),
      step: 'files',
    });
    if (environment.kind === 'browser') await this.pages.show(rollOut);
    let file: string | null = null;
    if (output !== undefined) {
      try {
        file = await this.save(rollOut, output, context);
      } catch (error) {
        // Nobody has its files: an installer that nobody knows of must not stay open.
        await rollOuts.delete(rollOut.id).catch(() => {});
        throw error;
      }
    }
    return { ...summary(rollOut), file };
  }

  /** A form of the guide was filled in. What is wrong stands at its field. */
  async answer({ rollOut: id, group, step, ...answers }: AnswerArguments): Promise<void> {
    const { rollOuts, l10n } = this.latchkey;
    const before = id === undefined ? undefined : await rollOuts.get(id);
    try {
      if (!before) {
        const last = await this.pages.last();
        const changes = this.changes(answers, undefined, await this.pages.groupName(group!));
        await this.pages.begun(
          await rollOuts.create(group!, { ...(last && asLastTime(last)), ...changes, step: last ? 'files' : 'domain' }),
        );
        return;
      }
      const changes = this.changes(answers, before, await this.pages.groupName(before.group));
      await this.pages.show(await rollOuts.update(before.id, { ...changes, step: following[step] }));
    } catch (error) {
      const { code, args = {} } = error as { code?: string; args?: Record<string, string | number> };
      let field = code === undefined ? undefined : fieldOf[code];
      if (code === 'rollOut.groupInvalid') field = answers.target === 'computers' ? 'computersGroup' : 'targetGroup';
      if (error instanceof NotANumber) field = error.field;
      if (field === undefined || !(field in answers)) throw error;
      const problem =
        error instanceof NotANumber ? l10n.t('error.number') : await l10n.describeProblem({ code: code!, args });
      const problems = { [field]: problem };
      await (before ? this.pages.show(before, step, problems) : this.pages.begin(problems));
    }
  }

  async goTo({ rollOut: id, step }: { readonly rollOut: string; readonly step: Step }): Promise<void> {
    const rollOut = await this.latchkey.rollOuts.get(id);
    await this.pages.show(rollOut, step);
    // Where somebody looks back is not where they are.
    if (step === 'progress' && rollOut.step === 'files') await this.latchkey.rollOuts.update(id, { step });
  }

  async open(args: ChosenArguments) {
    const rollOut = await this.chosen(args);
    if (!rollOut) return null;
    if (this.latchkey.environment.kind === 'browser') await this.pages.show(rollOut);
    return summary(rollOut);
  }

  async list() {
    return (await this.latchkey.rollOuts.list()).map(summary);
  }

  /** Who has joined of those expected: for programs. */
  async status(args: ChosenArguments) {
    const rollOut = await this.chosen(args);
    if (!rollOut) return null;
    const { counts, installer, computers } = await this.latchkey.rollOuts.progress(rollOut.id);
    return {
      ...summary(rollOut),
      counts,
      slotsLeft: installer ? Math.max(0, installer.limit - installer.used) : null,
      computers,
    };
  }

  async download({ output, ...args }: ChosenArguments & { readonly output?: string }, context: CommandContext) {
    const rollOut = await this.chosen(args);
    if (!rollOut) return null;
    return { ...summary(rollOut), file: await this.save(rollOut, output, context) };
  }

  async changeDomain(
    action: 'apply' | 'undo',
    { rollOut: wanted, ...access }: DomainArguments,
    context: CommandContext,
  ) {
    const rollOut = await this.chosen(wanted === undefined ? {} : { rollOut: wanted });
    if (!rollOut) return null;
    const { rollOuts } = this.latchkey;
    // What it can't begin with it says before anybody types a password.
    if (action === 'apply') await rollOuts.update(rollOut.id, {});
    const changes = await rollOuts[action](rollOut.id, { ...access, ...context });
    if (changes) await this.pages.update(rollOut.id);
    return changes ? { id: rollOut.id, changes } : null;
  }

  async delete({ forgetDomain, ...args }: ChosenArguments & { readonly forgetDomain?: boolean }) {
    const { rollOuts, environment } = this.latchkey;
    const rollOut = await this.chosen(args);
    if (!rollOut) return null;
    // A program has to say so itself; a person is asked below.
    const forget = forgetDomain ?? (rollOut.inDomain && environment.kind === 'browser');
    if (!(rollOut.inDomain && forget ? await this.confirmForgetting(rollOut) : await this.confirmDeleting(rollOut))) {
      return null;
    }
    await rollOuts.delete(rollOut.id, { forgetDomain: forget });
    await this.pages.deleted(rollOut.id);
    return { id: rollOut.id };
  }

  private confirmDeleting({ name, joined, strangers }: RollOut): Promise<boolean> {
    const { window, l10n } = this.latchkey;
    return window.confirm({
      message: l10n.t('delete.question', { name }),
      detail: l10n.t('delete.detail', { joined: joined + strangers }),
      action: l10n.t('delete.confirm'),
      destructive: true,
    });
  }

  /** What it has made in the domain would stay there: that has to be meant. */
  private async confirmForgetting({ id, name, domain }: RollOut): Promise<boolean> {
    const { rollOuts, window, l10n } = this.latchkey;
    let made: RollOutChange[];
    try {
      made = await rollOuts.made(id);
    } catch (error) {
      if ((error as { code?: string }).code !== 'permission.administratorOnly') throw error;
      // The hub says that it has to be undone first, and who can do that.
      await rollOuts.delete(id);
      throw error;
    }
    const targets = [...new Set(made.filter(({ kind }) => thingsLeft.has(kind)).map(({ target }) => target))];
    const named = targets.slice(0, mostNamed);
    if (targets.length > mostNamed) named.push(l10n.t('delete.more', { count: targets.length - mostNamed }));
    const typed = (domain ?? name).slice(0, mostTyped);
    return window.confirm({
      message: l10n.t('delete.forgetQuestion', { name }),
      detail: l10n.t('delete.forgetDetail', {
        domain: domain ?? '–',
        objects: named.map((each) => `\n• ${each}`).join(''),
      }),
      action: l10n.t('delete.forgetConfirm'),
      destructive: true,
      typed: { label: l10n.t('delete.forgetType', { domain: typed }), text: typed },
    });
  }

  private changes(answers: RollOutAnswers, before: RollOut | undefined, group: string) {
    return changesOf(answers, before, groupNameOf(group));
  }

  private async save(rollOut: RollOut, output: string | undefined, context: CommandContext): Promise<string | null> {
    const { rollOuts } = this.latchkey;
    const file = await rollOuts.prepare(rollOut.id, context);
    const { path } = await rollOuts.save(file, output);
    await this.pages.prepared(file);
    return path;
  }

  /** By identifier or name; picked from a list where nothing is said. Undefined: the person gave up. */
  private async chosen({ rollOut: wanted }: ChosenArguments): Promise<RollOut | undefined> {
    const { rollOuts, window, environment, l10n } = this.latchkey;
    const all = await rollOuts.list();
    if (wanted !== undefined) {
      const named = all.filter(({ id, name }) => id === wanted || name === wanted);
      // The hub says that there is none.
      return rollOuts.get(
        named.length === 1 || /^[a-z2-7]{16}$/.test(wanted) ? (named[0]?.id ?? wanted) : this.unknown(wanted, named),
      );
    }
    const [only] = all;
    if (!only) throw new Error(l10n.t('error.none'));
    if (environment.kind === 'headless') {
      if (all.length === 1) return rollOuts.get(only.id);
      throw new Error(l10n.t('error.which', { names: all.map(({ id, name }) => `${id} (${name})`).join(', ') }));
    }
    const picked = await window.showQuickPick({
      title: l10n.t('pick.title'),
      items: all.map((each) => ({
        id: each.id,
        label: each.name,
        description: each.domain ?? '',
        detail: [
          l10n.t('pick.detail', { joined: joinedText(l10n, each), day: day(l10n.language, each.createdAt) }),
          strangersText(l10n, each),
        ]
          .filter(Boolean)
          .join(' · '),
        icon: 'rocket',
      })),
    });
    return picked === undefined ? undefined : rollOuts.get(picked);
  }

  private unknown(wanted: string, named: readonly RollOutSummary[]): never {
    const { l10n } = this.latchkey;
    const names = named.map(({ id }) => id).join(', ');
    throw new Error(named.length > 1 ? l10n.t('error.which', { names }) : l10n.t('error.unknown', { name: wanted }));
  }
}

/** Everything but whose computers: whoever does it weekly goes straight to the files. */
const asLastTime = ({ domain, share, linkTo, userSettingsDisabled, deployment }: RollOut) => ({
  ...(domain !== null && { domain }),
  ...(share !== null && { share }),
  linkTo,
  userSettingsDisabled,
  deployment,
});

/** What programs get. */
const summary = ({ id, installer, name, group, domain, share, limit, step, ...come }: RollOutSummary) => ({
  ...{ id, installer, name, group, domain, share, limit, step },
  ...{ joined: come.joined, strangers: come.strangers, expected: come.expected },
});

const day = (language: string, at: number): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(at);
