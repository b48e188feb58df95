import type { Activate, CommandContext, Device, DeviceActionOutcome, Latchkey } from '../../protocol/api/index.ts';

export interface RenameArguments {
  readonly devices: readonly string[];
  /** Absent: somebody is asked. Empty: the computer's own name comes back. */
  readonly name?: string;
}

/** What the command answers. */
export interface RenameResult {
  readonly id: string;
  /** The name that the device goes by now. */
  readonly name: string;
  readonly nickname: string | null;
  readonly hostName: string;
}

/** What it answers where there are several. */
export interface RenameManyResult {
  /** With which it can be undone and tried again: `device.undo`, `device.retry`. */
  readonly job: string;
  readonly done: number;
  readonly failed: number;
  /** Left as they were, because somebody cancelled. */
  readonly cancelled: number;
  readonly results: DeviceActionOutcome['results'];
}

export const activate: Activate = (latchkey) => {
  latchkey.subscriptions.push(
    latchkey.commands.register<RenameArguments>('device.rename', (args, context) =>
      args.devices.length > 1 ? renameMany(latchkey, args, context) : rename(latchkey, args, context),
    ),
  );
};

const nicknameOf = (typed: string): string | null => (typed.trim() === '' ? null : typed.trim());

async function rename(
  latchkey: Latchkey,
  { devices: [id], name }: RenameArguments,
  context: CommandContext,
): Promise<RenameResult | null> {
  const device = id === undefined ? undefined : await latchkey.devices.get(id);
  if (!device) throw new Error(latchkey.l10n.t('error.noDevice', { device: id ?? '' }));
  const wanted = name ?? (await ask(latchkey, device));
  if (wanted === undefined) return null;
  const nickname = nicknameOf(wanted);
  // The tree shows it at once: nobody has to be told. It can be undone all the same.
  const { results } = await latchkey.devices.act({ kind: 'rename', nickname }, [device.id], {
    ...context,
    quiet: true,
  });
  const problem = results[0]?.problem;
  if (problem) throw new Error(await latchkey.l10n.describeProblem(problem));
  return { id: device.id, name: nickname ?? device.hostName, nickname, hostName: device.hostName };
}

async function renameMany(
  latchkey: Latchkey,
  { devices, name }: RenameArguments,
  context: CommandContext,
): Promise<RenameManyResult | null> {
  const wanted = name ?? (await askForMany(latchkey, devices.length));
  if (wanted === undefined) return null;
  const { job, results } = await latchkey.devices.act(
    { kind: 'rename', nickname: nicknameOf(wanted) },
    devices,
    context,
  );
  const { done, failed, cancelled } = job.counts;
  return { job: job.id, done, failed, cancelled, results };
}

/** The present name is where one starts from: most renames change a letter or add a word. */
async function ask({ window, l10n, environment }: Latchkey, device: Device): Promise<string | undefined> {
  if (environment.kind === 'headless') throw new Error(l10n.t('error.noName'));
  return window.showInputBox({
    title: l10n.t('ask.title', { name: device.name }),
    label: l10n.t('rename.name.title'),
    prompt: l10n.t('ask.prompt', { hostName: device.hostName }),
    value: device.name,
    placeholder: device.hostName,
    maxLength: 64,
  });
}

async function askForMany({ window, l10n, environment }: Latchkey, count: number): Promise<string | undefined> {
  if (environment.kind === 'headless') throw new Error(l10n.t('error.noName'));
  return window.showInputBox({
    title: l10n.t('ask.titleMany', { count }),
    label: l10n.t('rename.name.title'),
    prompt: l10n.t('ask.promptMany'),
    maxLength: 64,
  });
}
