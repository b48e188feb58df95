import { groupRequests, type Group } from '#protocol/groups.ts';
import type { CoreCommands } from '../commands/core-command.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { Confirmer } from '../dialogs/confirmer.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';

const group = { type: 'string', format: 'latchkey-group', title: '%groups.group%' };
const name = { type: 'string', minLength: 1, maxLength: 64, title: '%groups.name%' };

const shared = {
  category: '%groups.category%',
  enablement: 'administrator',
  disabledReasons: [{ when: '!administrator', reason: '%command.administratorsOnly%' }],
};

/** What administrators do with device groups. Only an empty one can be deleted; the hub sees to that. */
export const groupCommands = (
  connection: HubConnection,
  replica: DeviceReplica,
  l10n: LocalizationService,
  confirm: Confirmer,
): CoreCommands => [
  {
    ...shared,
    command: 'group.create',
    title: '%groups.create%',
    icon: 'new-folder',
    effect: 'change',
    arguments: { type: 'object', properties: { name }, required: ['name'] },
    body: ({ name }): Promise<Group> => connection.request(groupRequests.create, { name: String(name) }),
  },
  {
    ...shared,
    command: 'group.rename',
    title: '%groups.rename%',
    icon: 'edit',
    effect: 'change',
    arguments: { type: 'object', properties: { group, name }, required: ['group', 'name'] },
    body: ({ group, name }): Promise<Group> =>
      connection.request(groupRequests.rename, { group: String(group), name: String(name) }),
  },
  {
    ...shared,
    command: 'group.delete',
    title: '%groups.delete%',
    icon: 'trash',
    effect: 'destroy',
    arguments: { type: 'object', properties: { group }, required: ['group'] },
    body: async (args): Promise<Pick<Group, 'id' | 'name'> | null> => {
      const id = String(args.group);
      const name = replica.group(id)?.name ?? id;
      const confirmed = await confirm({
        message: l10n.t('groups.deleteQuestion', { name }),
        detail: l10n.t('groups.deleteDetail'),
        action: l10n.t('groups.deleteAction'),
        destructive: true,
      });
      if (!confirmed) return null;
      await connection.request(groupRequests.delete, { group: id });
      return { id, name };
    },
  },
];
