import type { DeviceActionResult } from '#protocol/device-actions.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { page, type Page } from '#protocol/declared-page.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { EditorService } from '../editors/editor-service.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { DeviceActionOutcome, DeviceActionService } from './device-action-service.ts';

/** Draws pages that are declared: an extension's, and the results of actions. */
export const declaredPageKind = 'extensionPage';

export interface DeviceActionReportParts {
  readonly actions: DeviceActionService;
  readonly replica: DeviceReplica;
  readonly editors: EditorService;
  readonly notifications: NotificationService;
  readonly l10n: LocalizationService;
}

/** Tells a person what became of an action: in a sentence, and device by device on a page. */
export class DeviceActionReport {
  private readonly parts: DeviceActionReportParts;

  constructor(parts: DeviceActionReportParts) {
    this.parts = parts;
    parts.actions.ended$.subscribe((outcome) => this.tell(outcome));
  }

  /** Says how many, and offers *Undo* and *Show results*. */
  tell(outcome: DeviceActionOutcome): void {
    const { notifications, l10n } = this.parts;
    const { job, results } = outcome;
    const { failed, cancelled, queued } = job.counts;
    const [only, other] = results;
    const single = only !== undefined && other === undefined;
    const problem = single ? only.problem : null;
    const actions = [
      ...(job.undoable ? [{ id: 'undo', title: l10n.t('deviceActions.undo') }] : []),
      ...(single && queued === 0 ? [] : [{ id: 'show', title: l10n.t('deviceActions.showResults') }]),
    ];
    const { closed } = notifications.notify({
      severity: failed + cancelled > 0 ? 'warning' : 'info',
      message: problem ? this.describe(problem) : this.summary(outcome),
      actions,
    });
    void closed.then((action) => {
      if (action === 'undo') void this.undo(job.id);
      if (action === 'show') this.show(outcome);
    });
  }

  private async undo(job: string): Promise<void> {
    const { actions, notifications, l10n } = this.parts;
    try {
      this.tell(await actions.undo(job));
    } catch (error) {
      notifications.error(l10n.describeError(error));
    }
  }

  /** Opens the results of each device, those that failed first. */
  show(outcome: DeviceActionOutcome): void {
    const data = this.page(outcome);
    this.parts.editors.open({
      kind: declaredPageKind,
      id: data.id,
      title: data.title,
      icon: data.icon,
      data,
      transient: true,
    });
  }

  private summary({ job }: DeviceActionOutcome): string {
    const { done, failed, cancelled, queued } = job.counts;
    const kind = job.undoes === null ? job.action.kind : 'undo';
    const { l10n } = this.parts;
    return [
      // Where all of it waits, that nothing is done yet goes without saying.
      done === 0 && queued > 0 ? '' : l10n.t(`deviceActions.done.${kind}`, { count: done }),
      queued > 0 ? l10n.t('deviceActions.queued', { count: queued, until: new Date(job.expiresAt ?? 0) }) : '',
      failed > 0 ? this.parts.l10n.t('deviceActions.failed', { count: failed }) : '',
      cancelled > 0 ? this.parts.l10n.t('deviceActions.cancelled', { count: cancelled }) : '',
    ]
      .filter(Boolean)
      .join(' ');
  }

  private page(outcome: DeviceActionOutcome): Page {
    const { l10n } = this.parts;
    const { job, results } = outcome;
    const order = ['failed', 'cancelled', 'queued', 'pending', 'done'];
    const sorted = [...results].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
    const retry = { title: l10n.t('deviceActions.retry'), command: 'device.retry', arguments: { job: job.id } };
    const cancel = {
      title: l10n.t('deviceActions.cancelWaiting'),
      command: 'device.cancelWaiting',
      arguments: { job: job.id },
    };
    const undo = { title: l10n.t('deviceActions.undo'), command: 'device.undo', arguments: { job: job.id } };
    const actions = [
      ...(job.counts.failed > 0 ? [{ ...retry, primary: true, icon: 'refresh' }] : []),
      ...(job.undoable ? [{ ...undo, icon: 'discard' }] : []),
      ...(job.counts.queued > 0 ? [{ ...cancel, icon: 'circle-slash' }] : []),
    ];
    return page.parse({
      id: `deviceJob/${job.id}`,
      title: l10n.t(`deviceActions.title.${job.undoes === null ? job.action.kind : 'undo'}`),
      icon: 'checklist',
      blocks: [
        { kind: 'text', text: this.summary(outcome) },
        ...(actions.length > 0 ? [{ kind: 'actions' as const, actions }] : []),
        {
          kind: 'table',
          columns: ['device', 'outcome', 'reason'].map((column) => ({
            title: l10n.t(`deviceActions.column.${column}`),
          })),
          rows: sorted.map((result) => ({
            cells: this.cells(result),
            // A deleted device has no page.
            ...(this.parts.replica.get(result.device) && { device: result.device }),
          })),
        },
      ],
    });
  }

  private cells({ device, name, state, problem }: DeviceActionResult): string[] {
    const { replica, l10n } = this.parts;
    return [
      replica.get(device)?.name ?? (name || device),
      l10n.t(`deviceActions.state.${state}`),
      problem ? this.describe(problem) : '',
    ];
  }

  private describe(problem: NonNullable<DeviceActionResult['problem']>): string {
    const { l10n, replica } = this.parts;
    const error = LatchkeyError.fromData(problem) ?? new LatchkeyError('internal', { reference: problem.code });
    const { device } = error.args;
    const name = typeof device === 'string' ? replica.get(device)?.name : undefined;
    return l10n.t(error.code, { ...error.args, ...(name !== undefined && { device: name }) });
  }
}
