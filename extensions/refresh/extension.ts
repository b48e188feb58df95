import type { Activate } from '../../protocol/api/index.ts';
import { callDevices, type CallArguments } from './call-devices.ts';
import { QueuePage } from './queue-page.ts';

export const activate: Activate = (latchkey) => {
  const { commands, devices, l10n, subscriptions } = latchkey;
  const queue = new QueuePage(latchkey);
  subscriptions.push(
    commands.register<CallArguments>('device.refresh', (args, context) =>
      callDevices(latchkey, 'refresh', args, context),
    ),
    commands.register<CallArguments>('device.reset', (args, context) => callDevices(latchkey, 'reset', args, context)),
    commands.register('refresh.queue', () => queue.open()),
    devices.onDidChangeActions(() => queue.update()),
    l10n.onDidChange(() => queue.update()),
  );
};
