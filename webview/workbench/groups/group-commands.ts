import type { Disposable } from '#core/base/lifecycle.ts';
import { groupRequests } from '#protocol/groups.ts';
import { registerCoreCommands } from '../pages/core-command.ts';
import { request } from '../pages/hub.ts';

const category = '%command.category.groups%';
const group = { type: 'string', format: 'latchkey-group', title: '%command.group%' };
const name = { type: 'string', minLength: 1, maxLength: 64, title: '%administration.name%' };

/** Device groups from the palette, menus and keys. Only an empty group can be deleted; the hub says what to do otherwise. */
export const registerGroupCommands = (): Disposable =>
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
      body: (args) => request(groupRequests.delete, { group: String(args['group']) }),
    },
  ]);
