import type { DeviceAction, DeviceActionProblem } from '#protocol/device-actions.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { LiveEndpoints } from '../endpoints/live-endpoints.ts';
import type { WriteTransaction } from '../store/store.ts';
import type { DeviceJobRow } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { EndpointCall, EndpointCalls } from './endpoint-calls.ts';
import { nameOf, type ChunkOutcome, type JobChange, type JobDevice } from './job-change.ts';
import type { QueuedActions } from './queued-actions.ts';

/** Actions that devices take part in: has those asked that are online, and the others wait where they may. */
export class CallChange implements JobChange {
  private readonly live: LiveEndpoints;
  private readonly calls: EndpointCalls;
  private readonly queue: QueuedActions;

  constructor(live: LiveEndpoints, calls: EndpointCalls, queue: QueuedActions) {
    this.live = live;
    this.calls = calls;
    this.queue = queue;
  }

  async run(
    tx: WriteTransaction,
    actor: TechnicianActor,
    job: DeviceJobRow,
    _action: DeviceAction,
    devices: readonly JobDevice[],
  ): Promise<ChunkOutcome> {
    const now = Date.now();
    const mayWait = job.expires_at !== null && job.expires_at > now;
    const problems = new Map<string, DeviceActionProblem>();
    const calls: EndpointCall[] = [];
    const queued: string[] = [];
    for (const { device, row } of devices) {
      if (!row || row.deleted_at !== null || !hasGroup(actor, row.group_id)) {
        problems.set(device, new LatchkeyError('device.notFound', { device }).toData());
      } else if (this.live.get(device)) calls.push({ job, device, name: nameOf(row) });
      else if (mayWait) queued.push(device);
      else problems.set(device, new LatchkeyError('device.offline', { device: nameOf(row) }).toData());
    }
    const rows = tx.db.updateTable('device_job_devices').where('job_id', '=', job.id);
    const called = calls.map(({ device }) => device);
    if (called.length > 0) await rows.set({ started_at: now }).where('device_id', 'in', called).execute();
    if (queued.length > 0) {
      await rows.set({ state: 'queued', queued_at: now }).where('device_id', 'in', queued).execute();
    }
    tx.afterCommit(() => {
      this.calls.add(calls);
      this.queue.added(queued);
    });
    return problems;
  }
}
