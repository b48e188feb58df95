import { pairwise, startWith } from 'rxjs';
import { DisposableStore, toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { DeviceMatchService } from '#core/workbench/device-matches/device-match-service.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { MenuService } from '#core/workbench/menus/menu-service.ts';
import { NotificationService } from '#core/workbench/notifications/notification-service.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { registerEditor } from '../editors/editor-registry.ts';
import { registerCoreCommands } from '../pages/core-command.ts';

const command = 'deviceMatches.show';

/** The page of doubtful matches, the ways to it, and the notification that there are more. */
export function registerDeviceMatches(): Disposable {
  registerEditor({
    kind: 'deviceMatches',
    title: () => t('deviceMatches.title'),
    tag: 'lk-device-matches-page',
    load: () => import('./device-matches-page.ts'),
  });
  registerEditor({
    kind: 'deviceMerge',
    title: () => t('deviceMerge.title'),
    tag: 'lk-device-merge-page',
    load: () => import('./device-merge-page.ts'),
  });
  const store = new DisposableStore();
  store.add(
    registerCoreCommands([
      {
        command: 'device.compare',
        title: '%deviceMerge.command%',
        category: '%deviceMatches.category%',
        icon: 'combine',
        permission: ['enrolment.approve', 'device.delete'],
        arguments: {
          type: 'object',
          properties: {
            devices: {
              type: 'array',
              title: '%deviceMerge.title%',
              description: '%deviceMerge.two%',
              items: { type: 'string', format: 'latchkey-device' },
              minItems: 2,
              maxItems: 2,
            },
          },
          required: ['devices'],
        },
        body: ({ devices }) => {
          const id = (devices as readonly string[]).toSorted().join('+');
          inject(EditorService).open({
            ...{ kind: 'deviceMerge', id, title: t('deviceMerge.title'), icon: 'combine' },
            data: { devices },
          });
          return null;
        },
      },
      {
        command,
        title: '%deviceMatches.title%',
        category: '%deviceMatches.category%',
        icon: 'references',
        permission: 'enrolment.approve',
        body: () => {
          const title = t('deviceMatches.title');
          inject(EditorService).open({ kind: 'deviceMatches', id: 'main', title, icon: 'references', data: {} });
          return null;
        },
      },
    ]),
  );
  const when = 'deviceMatches.open > 0';
  const menus = inject(MenuService);
  store.add(
    menus.register('device/context', { command: 'device.compare', when: 'device.count == 2', group: '2_edit@9' }),
  );
  // Whoever is asked for two devices wants to see them: the palette has the page.
  store.add(menus.register('commandPalette', { command: 'device.merge', when: 'false' }));
  store.add(menus.register('statusBar', { command, when, group: 'navigation@9' }));
  store.add(menus.register('view/title', { command, when: `view == devices && ${when}`, group: '5_tasks@1' }));
  store.add(menus.register('view/title', { command, when: `view == waiting && ${when}`, group: 'navigation@1' }));
  store.add(tellOfNewOnes());
  return store;
}

/** One notification while there are any: it comes again where there are more than before. */
function tellOfNewOnes(): Disposable {
  let shown: { close(): void } | undefined;
  const counts = inject(DeviceMatchService).open$.pipe(startWith(0), pairwise());
  const subscription = counts.subscribe(([before, now]) => {
    if (now <= before && now > 0) return;
    shown?.close();
    shown = undefined;
    if (now === 0) return;
    const notification = inject(NotificationService).warn(t('deviceMatches.waiting', { count: now }), {
      actions: [{ id: 'show', title: t('deviceMatches.show') }],
    });
    shown = notification;
    void notification.closed.then((action) => {
      if (action === 'show') void inject(CommandService).runAndReport(command, undefined, { source: 'menu' });
    });
  });
  return toDisposable(() => subscription.unsubscribe());
}
