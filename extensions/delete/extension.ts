import type { Activate } from '../../protocol/api/index.ts';
import { DeletedPage } from './deleted-page.ts';
import { removeDevices, restoreDevices, type RemoveArguments, type RestoreArguments } from './remove-devices.ts';

export const activate: Activate = (latchkey) => {
  const { commands, devices, l10n, subscriptions } = latchkey;
  const deleted = new DeletedPage(latchkey);
  subscriptions.push(
    commands.register<RemoveArguments>('device.delete', (args, context) =>
      removeDevices(latchkey, 'delete', args, context),
    ),
    commands.register<RemoveArguments>('device.removeAccess', (args, context) =>
      removeDevices(latchkey, 'removeAccess', args, context),
    ),
    commands.register<RemoveArguments>('device.keepAccess', (args, context) => restoreDevices(latchkey, args, context)),
    commands.register<Partial<RestoreArguments>>('device.restore', (args, context) =>
      args.devices ? restoreDevices(latchkey, { ...args, devices: args.devices }, context) : deleted.open(''),
    ),
    commands.register<{ search?: string }>('delete.deleted', ({ search = '' }) => deleted.open(search.trim())),
    devices.onDidChangeActions(() => deleted.update()),
    l10n.onDidChange(() => deleted.update()),
  );
};
