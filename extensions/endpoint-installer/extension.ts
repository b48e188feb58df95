import type { Activate } from '../../protocol/api/index.ts';
import { InstallerCommands, type DownloadArguments, type GenerateArguments } from './installer-commands.ts';
import { InstallerPages } from './installer-pages.ts';
import { InstallerTree } from './installer-tree.ts';

/** Milliseconds over which changes are gathered: a roll-out brings computers in by the hundred. */
const gather = 1_000;

export const activate: Activate = (latchkey) => {
  const { commands, views, devices, groups, l10n, subscriptions } = latchkey;
  const pages = new InstallerPages(latchkey);
  const bodies = new InstallerCommands(latchkey, pages);

  let due: ReturnType<typeof setTimeout> | undefined;
  const refreshNow = async (): Promise<void> => {
    views.refresh('installers');
    await pages.refresh();
  };
  /** Slots are taken as computers join, and the hub says so by the devices that appear. */
  const refreshSoon = (): void => {
    due ??= setTimeout(() => {
      due = undefined;
      refreshNow().catch((error: Error) => latchkey.log.warn(error.message));
    }, gather);
  };
  const afterwards =
    <A, C, R>(body: (args: A, context: C) => Promise<R>) =>
    async (args: A, context: C): Promise<R> => {
      const result = await body(args, context);
      refreshSoon();
      return result;
    };

  subscriptions.push(
    commands.register<GenerateArguments>('installer.generate', afterwards(bodies.generate.bind(bodies))),
    commands.register<DownloadArguments>('installer.download', bodies.download.bind(bodies)),
    commands.register<{ installer: string }>('installer.revoke', afterwards(bodies.revoke.bind(bodies))),
    commands.register<{ installer: string }>('installer.open', async ({ installer }) => {
      await pages.open(installer);
    }),
    commands.register('installer.refresh', refreshNow),
    views.registerTree('installers', new InstallerTree(latchkey)),
    devices.onDidChange(refreshSoon),
    groups.onDidChange(refreshSoon),
    l10n.onDidChange(() => void refreshNow().catch(() => {})),
    { dispose: () => clearTimeout(due) },
  );
};
