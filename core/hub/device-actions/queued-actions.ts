import type { Subscription } from 'rxjs';
import type { DeviceActionProblem } from '#protocol/device-actions.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import type { EndpointHandlers } from '../endpoints/endpoint-handlers.ts';
import type { LiveEndpoint, LiveEndpoints } from '../endpoints/live-endpoints.ts';
import type { HubPart } from '../hub-part.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { DeviceJobRow, DeviceRow } from '../store/tables.ts';
import { hasGroup } from '../workbench/technician-actor.ts';
import type { EndpointCall, EndpointCalls } from './endpoint-calls.ts';
import { nameOf } from './job-change.ts';
import { setProblems } from './job-chunk.ts';
import type { JobProgress } from './job-progress.ts';
import { actionOf, permissionFor } from './job-rows.ts';

/** Devices whose actions are taken out of the queue in one transaction. */
const devicesAtOnce = 500;
/** Milliseconds between two looks at what has expired. */
const expiryInterval = 15_000;

export interface QueuedActionParts {
  readonly store: Store;
  readonly live: LiveEndpoints;
  readonly calls: EndpointCalls;
  readonly progress: JobProgress;
  readonly directory: TechnicianDirectory;
  readonly permissions: PermissionService;
  readonly events: DeviceEvents;
  readonly onError: (error: unknown) => void;
}

type Taken = { readonly job: DeviceJobRow; readonly row: DeviceRow | undefined; readonly device: string };

/**
 * What waits for devices that are offline. It stands in the store; in memory are the devices alone, so that a contact costs
 * a look into a set. Whoever takes an action out of the queue does so by its state, in a transaction: it is done once,
 * however often a device comes and goes.
 */
export class QueuedActions implements HubPart, EndpointHandlers {
  private readonly parts: QueuedActionParts;
  private readonly devices = new Set<string>();
  private readonly here = new Set<string>();
  private taking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private subscription: Subscription | undefined;
  private stopping = false;

  constructor(parts: QueuedActionParts) {
    this.parts = parts;
  }

  async start(): Promise<void> {
    const { store, calls, events } = this.parts;
    const rows = await store.read
      .selectFrom('device_job_devices')
      .select('device_id')
      .distinct()
      .where('state', '=', 'queued')
      .execute();
    for (const { device_id } of rows) this.devices.add(device_id);
    await this.expire();
    this.timer = setInterval(() => void this.expire().catch((error: unknown) => this.fail(error)), expiryInterval);
    this.timer.unref();
    this.subscription = calls.lost$.subscribe((device) => this.added([device]));
    // Deleted, or moved out of the reach of whoever asked: it need not wait to learn that.
    this.subscription.add(events.changed$.subscribe(({ row }) => row.deleted_at !== null && this.take(row.id)));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    this.subscription?.unsubscribe();
    await this.taking;
  }

  entered({ device }: LiveEndpoint): void {
    this.take(device);
  }

  /** Something was queued for these devices. One that has come online meanwhile need not come again. */
  added(devices: readonly string[]): void {
    for (const device of devices) {
      this.devices.add(device);
      if (this.parts.live.get(device)) this.take(device);
    }
  }

  /** Has what waited too long fail, with that as its reason. */
  async expire(now = Date.now()): Promise<void> {
    const { store, progress } = this.parts;
    const jobs = await store.read
      .selectFrom('device_jobs')
      .selectAll()
      .where('finished_at', 'is', null)
      .where('expires_at', '<=', now)
      .execute();
    for (const job of jobs) {
      const row = await store.write(async (tx) => {
        await expireJob(tx, job);
        return progress.finishWhereDone(tx, job);
      });
      await progress.tell(row);
    }
  }

  private take(device: string): void {
    if (!this.devices.has(device) || this.stopping) return;
    this.here.add(device);
    this.taking ??= this.takeAll().finally(() => {
      this.taking = undefined;
      for (const left of [...this.here]) this.take(left);
    });
  }

  private async takeAll(): Promise<void> {
    // Those that come together, after a restart of the hub for example, are taken together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.here.size > 0 && !this.stopping) {
      const devices = [...this.here].slice(0, devicesAtOnce);
      for (const device of devices) {
        this.here.delete(device);
        this.devices.delete(device);
      }
      try {
        const jobs = await this.parts.store.write((tx) => this.takeOut(tx, devices));
        for (const job of jobs) await this.parts.progress.tell(job);
      } catch (error) {
        for (const device of devices) this.devices.add(device);
        this.here.clear();
        return this.fail(error);
      }
    }
  }

  private async takeOut(tx: WriteTransaction, devices: readonly string[]): Promise<DeviceJobRow[]> {
    const taken = await readQueued(tx, devices);
    const calls: EndpointCall[] = [];
    const problems = new Map<DeviceJobRow, Map<string, DeviceActionProblem>>();
    const again: string[] = [];
    for (const each of taken) {
      const { job, row, device } = each;
      const problem = this.refusal(each);
      const of = problems.get(job) ?? new Map<string, DeviceActionProblem>();
      problems.set(job, of);
      if (problem) of.set(device, problem.toData());
      // Gone again already: it waits on.
      else if (!row || !this.parts.live.get(device)) again.push(device);
      else calls.push({ job, device, name: nameOf(row) });
    }
    const ended: DeviceJobRow[] = [];
    for (const [job, failed] of problems) {
      const started = calls.filter((call) => call.job === job).map(({ device }) => device);
      if (started.length > 0) {
        await tx.db
          .updateTable('device_job_devices')
          .set({ state: 'pending', started_at: Date.now() })
          .where('job_id', '=', job.id)
          .where('state', '=', 'queued')
          .where('device_id', 'in', started)
          .execute();
      }
      await setProblems(tx.db, job.id, failed);
      ended.push(await this.parts.progress.finishWhereDone(tx, job));
    }
    tx.afterCommit(() => {
      this.parts.calls.add(calls);
      this.added(again);
    });
    return ended;
  }

  private refusal({ job, row, device }: Taken): LatchkeyError | undefined {
    const { directory, permissions } = this.parts;
    if (row?.deleted_at !== null) {
      return new LatchkeyError('deviceJob.deviceDeleted', { device: row ? nameOf(row) : device });
    }
    if (job.expires_at !== null && job.expires_at <= Date.now()) return expired(nameOf(row));
    try {
      const actor = directory.actor(job.technician_id, job.address);
      permissions.require(actor, permissionFor(actionOf(job)));
      return hasGroup(actor, row.group_id) ? undefined : new LatchkeyError('device.notFound', { device });
    } catch (error) {
      if (error instanceof LatchkeyError) return error;
      throw error;
    }
  }

  private fail(error: unknown): void {
    if (this.stopping || (error instanceof LatchkeyError && error.code === 'hub.stopping')) return;
    this.parts.onError(error);
  }
}

const expired = (device: string): LatchkeyError => new LatchkeyError('deviceJob.expired', { device });

async function readQueued({ db }: WriteTransaction, devices: readonly string[]): Promise<Taken[]> {
  const queued = await db
    .selectFrom('device_job_devices')
    .select(['job_id', 'device_id'])
    .where('state', '=', 'queued')
    .where('device_id', 'in', [...devices])
    .execute();
  if (queued.length === 0) return [];
  const ids = [...new Set(queued.map(({ job_id }) => job_id))];
  const jobs = await db.selectFrom('device_jobs').selectAll().where('id', 'in', ids).execute();
  const rows = await db
    .selectFrom('devices')
    .selectAll()
    .where('id', 'in', [...devices])
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return jobs
    .sort((a, b) => a.created_at - b.created_at)
    .flatMap((job) =>
      queued
        .filter(({ job_id }) => job_id === job.id)
        .map(({ device_id }) => ({ job, device: device_id, row: byId.get(device_id) })),
    );
}

async function expireJob({ db }: WriteTransaction, job: DeviceJobRow): Promise<void> {
  const rows = await db
    .selectFrom('device_job_devices as j')
    .leftJoin('devices', 'devices.id', 'j.device_id')
    .select(['j.device_id', 'nickname', 'host_name'])
    .where('j.job_id', '=', job.id)
    .where('j.state', '=', 'queued')
    .execute();
  await setProblems(
    db,
    job.id,
    new Map(rows.map((row) => [row.device_id, expired(row.nickname ?? row.host_name ?? row.device_id).toData()])),
  );
}
