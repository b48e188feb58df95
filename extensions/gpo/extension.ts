import type { Activate, CommandContext } from '../../protocol/api/index.ts';
import type { Step } from './guide-page.ts';
import {
  RollOutCommands,
  type AnswerArguments,
  type ChosenArguments,
  type CreateArguments,
  type DomainArguments,
} from './roll-out-commands.ts';
import { RollOutPages } from './roll-out-pages.ts';
import { RollOutTree } from './roll-out-tree.ts';

/** Milliseconds over which changes are gathered: computers come in by the hundred. */
const gather = 1_000;

export const activate: Activate = (latchkey) => {
  const { commands, views, rollOuts, groups, l10n, subscriptions } = latchkey;
  const pages = new RollOutPages(latchkey);
  const bodies = new RollOutCommands(latchkey, pages);

  const changed = new Set<string | null>();
  let due: ReturnType<typeof setTimeout> | undefined;
  const refresh = async (): Promise<void> => {
    due = undefined;
    const which = changed.has(null) ? [null] : [...changed];
    changed.clear();
    views.refresh('rollOuts');
    await Promise.all(which.map((each) => pages.update(each)));
  };
  const refreshSoon = (which: string | null): void => {
    changed.add(which);
    due ??= setTimeout(() => void refresh().catch((error: Error) => latchkey.log.warn(error.message)), gather);
  };

  subscriptions.push(
    commands.register<CreateArguments>('gpo.createRollout', bodies.create.bind(bodies)),
    commands.register<AnswerArguments>('gpo.answer', bodies.answer.bind(bodies)),
    commands.register<{ rollOut: string; step: Step }>('gpo.goTo', bodies.goTo.bind(bodies)),
    commands.register<ChosenArguments>('gpo.open', bodies.open.bind(bodies)),
    commands.register<ChosenArguments>('gpo.status', bodies.status.bind(bodies)),
    commands.register<ChosenArguments & { output?: string }>('gpo.download', bodies.download.bind(bodies)),
    commands.register<DomainArguments>('gpo.apply', (args, context: CommandContext) =>
      bodies.changeDomain('apply', args, context),
    ),
    commands.register<DomainArguments>('gpo.undo', (args, context: CommandContext) =>
      bodies.changeDomain('undo', args, context),
    ),
    commands.register<ChosenArguments>('gpo.delete', bodies.delete.bind(bodies)),
    commands.register('gpo.list', bodies.list.bind(bodies)),
    commands.register('gpo.refresh', async () => {
      changed.add(null);
      await refresh();
    }),
    views.registerTree('rollOuts', new RollOutTree(latchkey)),
    rollOuts.onDidChange(refreshSoon),
    groups.onDidChange(() => refreshSoon(null)),
    l10n.onDidChange(() => refreshSoon(null)),
    { dispose: () => clearTimeout(due) },
  );
};
