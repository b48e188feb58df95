import type { DeviceAction } from '#protocol/device-actions.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type {
  DeviceActionOptions,
  DeviceActionOutcome,
  DeviceActionService,
} from '../device-actions/device-action-service.ts';
import { isKeepable, type KeptAction } from './kept-action.ts';
import type { KeptActionReport } from './kept-action-report.ts';
import type { KeptActions } from './kept-actions.ts';

export interface KeepingActionsParts {
  readonly actions: DeviceActionService;
  readonly kept: KeptActions;
  readonly report: KeptActionReport;
  readonly connection: HubConnection;
}

/** As `DeviceActionService`, but that what can wait for the hub does: its devices are `queued` in the outcome. */
export class KeepingActions implements Pick<DeviceActionService, 'act' | 'undo' | 'retry' | 'changes$'> {
  private readonly parts: KeepingActionsParts;

  constructor(parts: KeepingActionsParts) {
    this.parts = parts;
  }

  get changes$(): DeviceActionService['changes$'] {
    return this.parts.actions.changes$;
  }

  async act(
    action: DeviceAction,
    devices: readonly string[],
    options: DeviceActionOptions = {},
  ): Promise<DeviceActionOutcome> {
    const { actions, kept, report } = this.parts;
    if (!isKeepable(action) || !kept.isAway) return actions.act(action, devices, options);
    const each = kept.keep(action, devices);
    report.tellKept(each);
    return this.outcomeOf(each);
  }

  undo(job: string, options?: DeviceActionOptions): Promise<DeviceActionOutcome> {
    return this.parts.actions.undo(job, options);
  }

  retry(job: string, options?: DeviceActionOptions): Promise<DeviceActionOutcome> {
    return this.parts.actions.retry(job, options);
  }

  private outcomeOf({ id, action, devices, keptAt }: KeptAction): DeviceActionOutcome {
    const technician = this.parts.connection.identity?.technician;
    return {
      job: {
        ...{ id, action, undoes: null, retries: null, createdAt: keptAt, finishedAt: null, expiresAt: null },
        technician: { id: technician?.id ?? '', name: technician?.email ?? '' },
        devices: devices.length,
        counts: { pending: 0, done: 0, failed: 0, queued: devices.length, cancelled: 0 },
        undoable: false,
      },
      results: devices.map(({ id: device, name }) => ({ device, name, state: 'queued', problem: null })),
    };
  }
}
