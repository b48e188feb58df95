import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import { AccountService } from '#core/workbench/accounts/account-service.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { NotificationService } from '#core/workbench/notifications/notification-service.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { registerCoreCommands, showDialog } from '../pages/core-command.ts';

const category = '%command.category.account%';

/** The technician's own account, and the administration of all. Warns while the password of the first start is in use. */
export function registerAccountCommands(): Disposable {
  const store = new DisposableStore();
  store.add(
    registerCoreCommands([
      {
        command: 'account.changePassword',
        title: '%administration.changePassword%',
        category,
        icon: 'key',
        body: changePassword,
      },
      {
        command: 'account.twoFactor',
        title: '%twoFactor.title%',
        category,
        icon: 'shield',
        body: async () => {
          await import('../two-factor/two-factor-dialog.ts');
          showDialog('lk-two-factor-dialog');
          return null;
        },
      },
      {
        command: 'account.signOut',
        title: '%command.signOut%',
        category,
        icon: 'sign-out',
        body: async () => {
          await inject(AccountService).signOut();
          return null;
        },
      },
      {
        command: 'account.tokens',
        title: '%administration.tokens%',
        category,
        icon: 'key',
        body: () => {
          inject(EditorService).open({ kind: 'tokens', id: 'main', title: t('administration.tokens'), icon: 'key' });
          return null;
        },
      },
      {
        command: 'workbench.openAdministration',
        title: '%administration.title%',
        category,
        icon: 'organization',
        enablement: 'administrator',
        disabledReasons: [{ when: '!administrator', reason: '%command.administratorsOnly%' }],
        body: () => {
          const title = t('administration.title');
          inject(EditorService).open({ kind: 'administration', id: 'main', title, icon: 'organization', data: {} });
          return null;
        },
      },
    ]),
  );
  store.add(warnOfInitialPassword());
  return store;
}

async function changePassword(): Promise<null> {
  await import('./change-password.ts');
  showDialog('lk-change-password', {
    changed: () => void inject(NotificationService).info(t('administration.passwordChanged')),
  });
  return null;
}

function warnOfInitialPassword(): Disposable {
  const notifications = inject(NotificationService);
  let shown: { close(): void } | undefined;
  const subscription = inject(AccountService).identity$.subscribe((identity) => {
    if (!identity?.passwordIsInitial) {
      shown?.close();
      shown = undefined;
      return;
    }
    if (shown) return;
    const notification = notifications.warn(t('administration.initialPassword'), {
      actions: [{ id: 'change', title: t('administration.changePassword') }],
    });
    shown = notification;
    void notification.closed.then((action) => {
      if (action === 'change') void changePassword();
    });
  });
  return { dispose: () => subscription.unsubscribe() };
}
