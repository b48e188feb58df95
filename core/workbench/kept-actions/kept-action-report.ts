import { merge } from 'rxjs';
import { toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import { declaredPageKind } from '../device-actions/device-action-report.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { EditorService } from '../editors/editor-service.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { NotificationHandle, NotificationService } from '../notifications/notification-service.ts';
import type { KeptAction } from './kept-action.ts';
import { keptActionPage, keptActionsPage } from './kept-action-page.ts';
import type { KeptActions, KeptOutcome } from './kept-actions.ts';

export interface KeptActionReportParts {
  readonly kept: KeptActions;
  readonly replica: DeviceReplica;
  readonly editors: EditorService;
  readonly notifications: NotificationService;
  readonly l10n: LocalizationService;
}

/** Tells a person what is kept until the hub is back, and what became of it. */
export class KeptActionReport {
  private readonly parts: KeptActionReportParts;
  /** What said that something waits: closed when it no longer does. */
  private waiting: NotificationHandle[] = [];

  constructor(parts: KeptActionReportParts) {
    this.parts = parts;
  }

  /** Has what is kept done whenever the hub is back, and keeps an open page true. */
  start(): Disposable {
    const { kept, replica } = this.parts;
    const started = kept.start((outcome) => this.tellOutcome(outcome));
    const shown = merge(kept.kept$, replica.changes$).subscribe(() => this.isShown && this.show());
    return toDisposable(() => (started.dispose(), shown.unsubscribe()));
  }

  /** Says that an action waits, and offers *Undo* and *Show*. */
  tellKept({ id, action, devices }: KeptAction): void {
    const { l10n } = this.parts;
    this.tell(
      'info',
      l10n.t(`keptActions.kept.${action.kind}`, { count: devices.length, device: devices[0]?.name ?? '' }),
      {
        drop: l10n.t('keptActions.drop'),
        id,
      },
    );
  }

  show(): void {
    const data = keptActionPage(this.parts.kept.all, this.parts.replica, this.parts.l10n);
    const { id, title, icon } = data;
    this.parts.editors.open({ kind: declaredPageKind, id, title, icon, data, transient: true });
  }

  private get isShown(): boolean {
    const { openTabs } = this.parts.editors;
    return openTabs.some(({ kind, id }) => kind === declaredPageKind && id === keptActionsPage);
  }

  private tellOutcome({ done, undecided, problem }: KeptOutcome): void {
    const { l10n } = this.parts;
    for (const told of this.waiting.splice(0)) told.close();
    const said = [
      done > 0 ? l10n.t('keptActions.done', { count: done }) : '',
      undecided > 0 ? l10n.t('keptActions.undecided', { count: undecided }) : '',
      problem ? l10n.describeError(problem) : '',
    ].filter(Boolean);
    if (said.length > 0) this.tell(undecided > 0 ? 'warning' : 'info', said.join(' '));
  }

  private tell(
    severity: 'info' | 'warning',
    message: string,
    drop?: { readonly drop: string; readonly id: string },
  ): NotificationHandle {
    const { notifications, l10n, kept } = this.parts;
    const show = severity === 'warning' || drop ? [{ id: 'show', title: l10n.t('keptActions.show') }] : [];
    const actions = [...(drop ? [{ id: 'drop', title: drop.drop }] : []), ...show];
    const told = notifications.notify({ severity, message, actions });
    void told.closed.then((chosen) => {
      if (chosen === 'show') this.show();
      if (chosen === 'drop' && drop) kept.drop(drop.id);
    });
    return told;
  }
}
