import { AccountService } from '#core/workbench/accounts/account-service.ts';
import { CommandRegistry } from '#core/workbench/commands/command-registry.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { keysOf } from '../keybindings/keys-of.ts';
import type { MenuEntry, MenuItems } from '../menus/menu-entry.ts';

/** Commands by identifier as menu entries; those that there are not are left out. */
function commands(...ids: readonly string[]): MenuEntry[] {
  return ids.flatMap((id) => {
    const command = inject(CommandRegistry).get(id);
    if (!command) return [];
    const enablement = inject(CommandService).enablement(id);
    const { icon } = command.contribution;
    return [
      {
        id,
        label: command.title,
        icon,
        keys: keysOf(id),
        disabledReason: enablement.enabled ? undefined : enablement.reason,
      },
    ];
  });
}

/** Who is signed in, and what can be done about it. */
export function accountMenu(): MenuItems[] {
  const identity = inject(AccountService).identity;
  const out = { id: 'sign-out', label: t('account.signOut'), icon: 'sign-out' };
  if (!identity) return [[out]];
  const { name, email } = identity.technician;
  const who = { id: 'who', label: name, icon: 'account', disabledReason: email };
  return [[who], commands('account.tokens', 'account.changePassword', 'account.twoFactor'), [out]];
}

/** What the gear offers. */
export const manageMenu = (): MenuItems[] => [
  commands('workbench.showCommands'),
  commands('workbench.openSettings', 'workbench.openKeybindings', 'workbench.selectTheme', 'workbench.changeLanguage'),
  commands('workbench.openAdministration', 'workbench.showExtensions', 'workbench.showActivity'),
  commands('workbench.showWelcome', 'workbench.about'),
];
