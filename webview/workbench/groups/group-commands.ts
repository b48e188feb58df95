import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { MenuService } from '#core/workbench/menus/menu-service.ts';
import { groupRequests } from '#protocol/groups.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { confirm } from '../dialogs/confirm-dialog.ts';
import { registerCoreCommands } from '../pages/core-command.ts';
import { request } from '../pages/hub.ts';

const category = '%command.category.groups%';
const group = { type: 'string', format: 'latchkey-group', title: '%command.group%' };
const name = { type: 'string', minLength: 1, maxLength: 64, title: '%administration.name%' };

/** Device groups from the palette, menus and keys. Only an empty group can be deleted; the hub says what to do otherwise. */
export function registerGroupCommands(): Disposable {
  const store = new DisposableStore();
  store.add(registerCommands());
  const menus = inject(MenuService);
  store.add(menus.register('view/title', { command: 'group.create', when: 'view == devices', group: 'navigation@2' }));
  store.add(menus.register('group/context', { command: 'group.rename', group: '2_edit@1' }));
  store.add(menus.register('group/context', { command: 'group.delete', group: '3_end@1' }));
  return store;
}

const registerCommands = (): Disposable =>
  registerCoreCommands([
    {
      command: 'group.create',
      title: '%command.createGroup%',
      category,
      icon: 'new-folder',
      enablement: 'administrator',
      disabledReasons: [{ when: '!administrator', reason: '%command.administratorsOnly%' }],
      effect: 'change',
      arguments: { type: 'object', properties: { name }, required: ['name'] },
      body: (args) => request(groupRequests.create, { name: String(args['name']) }),
    },
    {
      command: 'group.rename',
      title: '%command.renameGroup%',
      category,
      icon: 'edit',
      enablement: 'administrator',
      disabledReasons: [{ when: '!administrator', reason: '%command.administratorsOnly%' }],
      effect: 'change',
      arguments: { type: 'object', properties: { group, name }, required: ['group', 'name'] },
      body: (args) => request(groupRequests.rename, { group: String(args['group']), name: String(args['name']) }),
    },
    {
      command: 'group.delete',
      title: '%command.deleteGroup%',
      category,
      icon: 'trash',
      enablement: 'administrator',
      disabledReasons: [{ when: '!administrator', reason: '%command.administratorsOnly%' }],
      effect: 'destroy',
      arguments: { type: 'object', properties: { group }, required: ['group'] },
      body: (args) => deleteGroup(String(args['group'])),
    },
  ]);

async function deleteGroup(group: string): Promise<null> {
  const name = inject(DeviceReplica).group(group)?.name ?? group;
  const message = t('administration.deleteGroupTitle', { name });
  const detail = t('administration.deleteGroupDetail');
  if (await confirm({ message, detail, action: t('administration.delete'), destructive: true }))
    await request(groupRequests.delete, { group });
  return null;
}
