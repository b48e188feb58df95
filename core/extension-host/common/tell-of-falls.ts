import type { ExtensionLog } from '#core/workbench/extensions/extension-log.ts';
import type { RegisteredExtension } from '#core/workbench/extensions/extension-registry.ts';
import type { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import type { NotificationService } from '#core/workbench/notifications/notification-service.ts';
import type { LatchkeyError } from '#protocol/errors.ts';

export interface FallTeller {
  readonly notifications: Pick<NotificationService, 'notify'>;
  readonly l10n: Pick<LocalizationService, 't' | 'describeError'>;
  readonly log: Pick<ExtensionLog, 'write'>;
  readonly restart: (extension: string) => Promise<void>;
}

const restartAction = 'restart';

/** Names an extension that fell, says why, and offers to restart one that is not restarted by itself. */
export function tellOfFalls({ notifications, l10n, log, restart }: FallTeller) {
  const tell = async (
    { name, contributor, offered }: RegisteredExtension,
    error: LatchkeyError,
    restartIn: number | null,
  ) => {
    const message = l10n.describeError(error);
    log.write(name, restartIn === null ? 'error' : 'warn', message);
    const { closed } = notifications.notify({
      severity: restartIn === null ? 'error' : 'warning',
      message,
      source: contributor.localize(offered.manifest.displayName),
      about: error,
      actions: restartIn === null ? [{ id: restartAction, title: l10n.t('extension.restart') }] : [],
    });
    if ((await closed) === restartAction) await restart(name);
  };
  return (extension: RegisteredExtension, error: LatchkeyError, restartIn: number | null): void => {
    tell(extension, error, restartIn).catch((problem: unknown) => log.write(extension.name, 'error', String(problem)));
  };
}
