import type { Activate } from '../../protocol/api/index.ts';
import { Relays } from './relays.ts';
import { setPassword, type PasswordArguments } from './set-password.ts';
import { WakeCommand, type WakeArguments } from './wake-command.ts';

export const activate: Activate = (latchkey) => {
  const { commands, l10n, subscriptions } = latchkey;
  const wake = new WakeCommand(latchkey);
  const relays = new Relays(latchkey);
  subscriptions.push(
    commands.register<WakeArguments>('device.wake', (args, context) => wake.run(args, context)),
    commands.register<PasswordArguments>('device.setWakePassword', (args) => setPassword(latchkey, args)),
    commands.register('wake.relays', () => relays.open()),
    commands.register<{ relays: string }>('wake.setRelays', (args) => relays.set(args.relays)),
    l10n.onDidChange(() => wake.refresh()),
  );
};
