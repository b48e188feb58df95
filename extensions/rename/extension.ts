import type { Activate, Device, Latchkey } from '../../protocol/api/index.ts';

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

export const activate: Activate = (latchkey) => {
  latchkey.subscriptions.push(
    latchkey.commands.register<RenameArguments>('device.rename', (args) => rename(latchkey, args)),
  );
};

async function rename(latchkey: Latchkey, { devices: [id], name }: RenameArguments): Promise<RenameResult | null> {
  const device = id === undefined ? undefined : await latchkey.devices.get(id);
  if (!device) throw new Error(latchkey.l10n.t('error.noDevice', { device: id ?? '' }));
  const wanted = name ?? (await ask(latchkey, device));
  if (wanted === undefined) return null;
  const nickname = wanted.trim() === '' ? null : wanted.trim();
  await latchkey.devices.rename(device.id, nickname);
  return { id: device.id, name: nickname ?? device.hostName, nickname, hostName: device.hostName };
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
