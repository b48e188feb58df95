import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { MenuService } from '#core/workbench/menus/menu-service.ts';
import { DeviceTreeSource } from '#core/workbench/views/device-tree-source.ts';
import { ViewRegistry } from '#core/workbench/views/view-registry.ts';
import { enrolmentRequests } from '#protocol/enrolment.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { confirm } from '../dialogs/confirm-dialog.ts';
import { registerCoreCommands } from '../pages/core-command.ts';

export const devicesContainer = 'devices';
export const devicesView = 'devices';

const localize = (text: string): string => {
  const key = /^%(.+)%$/.exec(text)?.[1];
  return key === undefined ? text : t(key);
};
const contributor = { id: 'latchkey', localize };

/** The devices in the side bar, and what is done about those that wait for approval. */
export function registerDeviceView(): Disposable {
  const store = new DisposableStore();
  const views = inject(ViewRegistry);
  const container = { id: devicesContainer, title: '%container.devices%', icon: 'device-desktop', order: 0 } as const;
  if (!views.view(devicesView)) {
    store.add(views.registerContainer({ ...container, location: 'activitybar' }, contributor));
    const view = { id: devicesView, container: devicesContainer, name: '%container.devices%', kind: 'tree', order: 0 };
    store.add(views.registerView(view, contributor));
    store.add(views.registerWelcome({ view: devicesView, contents: '%devices.welcome%' }, contributor));
  }
  if (!views.source(devicesView))
    store.add(
      views.registerSource(devicesView, new DeviceTreeSource(inject(DeviceReplica), inject(LocalizationService))),
    );
  store.add(registerApproval());
  return store;
}

function registerApproval(): Disposable {
  const store = new DisposableStore();
  const waiting = 'device.state == waiting';
  const shared = {
    permission: 'enrolment.approve',
    arguments: {
      type: 'object' as const,
      properties: {
        devices: {
          type: 'array',
          items: { type: 'string', format: 'latchkey-device' },
          minItems: 1,
          title: t('container.devices'),
        },
      },
      required: ['devices'],
    },
    enablement: `!device.count || ${waiting}`,
    disabledReasons: [{ when: 'device.count', reason: '%approve.notWaiting%' }],
  };
  store.add(
    registerCoreCommands([
      {
        ...shared,
        command: 'enrolment.approve',
        title: '%workbench.approveDevices%',
        category: '%container.devices%',
        icon: 'check',
        effect: 'change',
        body: async ({ devices }) => {
          await inject(HubConnection).request(enrolmentRequests.approve, { devices: devices as string[] });
          return null;
        },
      },
      {
        ...shared,
        command: 'enrolment.reject',
        title: '%workbench.rejectDevices%',
        category: '%container.devices%',
        icon: 'close',
        effect: 'destroy',
        body: async ({ devices }) => {
          const ids = devices as string[];
          const names = ids.map((id) => inject(DeviceReplica).get(id)?.name ?? id).join('\n');
          const message = t('reject.confirm', { count: ids.length });
          const detail = t('reject.detail', { names });
          const action = t('workbench.rejectDevices');
          if (await confirm({ message, detail, action, destructive: true }))
            await inject(HubConnection).request(enrolmentRequests.reject, { devices: ids });
          return null;
        },
      },
    ]),
  );
  const menus = inject(MenuService);
  for (const [index, command] of ['enrolment.approve', 'enrolment.reject'].entries()) {
    store.add(menus.register('device/context', { command, when: waiting, group: `inline@${index + 1}` }));
  }
  return store;
}
