import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import { auditTime, merge, startWith } from 'rxjs';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { MenuService } from '#core/workbench/menus/menu-service.ts';
import { DeviceTreeSource } from '#core/workbench/views/device-tree-source.ts';
import { WaitingTreeSource } from '#core/workbench/views/waiting-tree-source.ts';
import { ViewRegistry } from '#core/workbench/views/view-registry.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';

export const devicesContainer = 'devices';
export const devicesView = 'devices';
export const waitingView = 'waiting';

const localize = (text: string): string => {
  const key = /^%(.+)%$/.exec(text)?.[1];
  return key === undefined ? text : t(key);
};
const contributor = { id: 'latchkey', localize };

/** The devices in the side bar, those that wait for approval below them, and what is done about the latter. */
export function registerDeviceView(): Disposable {
  const store = new DisposableStore();
  const views = inject(ViewRegistry);
  const replica = inject(DeviceReplica);
  const container = devicesContainer;
  const title = '%container.devices%';
  store.add(
    views.registerContainer(
      { id: container, title, icon: 'device-desktop', order: 0, location: 'activitybar' },
      contributor,
    ),
  );
  store.add(views.registerView({ id: devicesView, container, name: title, kind: 'tree', order: 0 }, contributor));
  store.add(
    views.registerView(
      {
        id: waitingView,
        container,
        name: '%view.waiting%',
        kind: 'tree',
        order: 1,
        when: 'devices.waiting',
        badge: () => replica.counts().waiting,
      },
      contributor,
    ),
  );
  for (const [contents, when] of [
    ['%devices.welcomeAdministrator%', 'devices.known && administrator && !groups.total'],
    ['%devices.welcomeTechnician%', 'devices.known && !administrator && !groups.total'],
    ['%devices.welcomeEmpty%', 'devices.known && groups.total && !devices.total'],
  ] as const)
    store.add(views.registerWelcome({ view: devicesView, contents, when }, contributor));
  store.add(views.registerSource(devicesView, new DeviceTreeSource(replica)));
  store.add(views.registerSource(waitingView, new WaitingTreeSource(replica)));
  store.add(countDevices());
  store.add(registerApprovalButtons());
  return store;
}

/** Keeps the context keys `devices.known`, `devices.total`, `devices.waiting` and `groups.total`. */
function countDevices(): Disposable {
  const replica = inject(DeviceReplica);
  const keys = inject(ContextKeyService);
  const changes = merge(replica.changes$, replica.state$).pipe(auditTime(100), startWith(undefined));
  const subscription = changes.subscribe(() => {
    const { total, waiting } = replica.counts();
    keys.setAll({
      // Nobody is told that there is nothing before the hub, or this machine, has said so.
      'devices.known': replica.state !== 'empty',
      'devices.total': total,
      'devices.waiting': waiting,
      'groups.total': replica.groups().length,
    });
  });
  return { dispose: () => subscription.unsubscribe() };
}

/** Approves or turns away from the row itself. */
function registerApprovalButtons(): Disposable {
  const store = new DisposableStore();
  const menus = inject(MenuService);
  const when = 'device.state == waiting';
  for (const [index, command] of ['enrolment.approve', 'enrolment.reject'].entries()) {
    store.add(menus.register('device/context', { command, when, group: `inline@${index + 1}` }));
  }
  return store;
}
