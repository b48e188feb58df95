import type { Kysely } from 'kysely';
import { filter } from 'rxjs';
import type { DeviceAction, DeviceActionProblem, DeviceActionResult, DeviceJob } from '#protocol/device-actions.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { GroupService } from '../groups/group-service.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { DeviceJobDeviceRow, DeviceJobRow, Tables } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { JobProgress } from './job-progress.ts';
import type { JobRunner } from './job-runner.ts';
import {
  actionOf,
  countStates,
  insertJob,
  permissionFor,
  readFailed,
  readUndoable,
  requireJob,
  toJob,
} from './job-rows.ts';

type NewDevice = Pick<DeviceJobDeviceRow, 'device_id' | 'expected' | 'wanted'>;

/** What technicians ask of jobs. Somebody else's is not there for them, unless they are an administrator. */
export class DeviceJobService {
  private readonly store: Store;
  private readonly permissions: PermissionService;
  private readonly groups: GroupService;
  private readonly runner: JobRunner;
  private readonly progress: JobProgress;

  constructor(
    store: Store,
    permissions: PermissionService,
    groups: GroupService,
    runner: JobRunner,
    progress: JobProgress,
  ) {
    this.progress = progress;
    this.store = store;
    this.permissions = permissions;
    this.groups = groups;
    this.runner = runner;
  }

  /**
   * Begins a job; asked for with the same identifier again, it is the one that was begun then.
   * @throws LatchkeyError `permission.switchedOff`; where a group is named `permission.groupNotAssigned`, `group.notFound`
   */
  start(actor: TechnicianActor, id: string, action: DeviceAction, devices: readonly string[]): Promise<DeviceJob> {
    const wanted = wantedBy(id, action);
    return this.begin(actor, id, async (tx) => {
      if ('group' in action && action.group !== undefined) await this.groups.require(actor, action.group, tx.db);
      const rows = [...new Set(devices)].map((device_id) => ({ device_id, expected: null, wanted }));
      return { action, undoes: null, retries: null, devices: rows };
    });
  }

  /** @throws LatchkeyError `deviceJob.notFound`, `deviceJob.running`, `deviceJob.nothingFailed`, `permission.switchedOff` */
  retry(actor: TechnicianActor, id: string, of: string): Promise<DeviceJob> {
    return this.begin(actor, id, async ({ db }) => {
      const job = await requireSettled(db, await this.own(actor, of, db));
      const devices = await readFailed(db, of);
      if (devices.length === 0) throw new LatchkeyError('deviceJob.nothingFailed', { job: of });
      return { action: actionOf(job), undoes: job.undoes, retries: of, devices };
    });
  }

  /** @throws LatchkeyError `deviceJob.notFound`, `deviceJob.running`, `deviceJob.notUndoable`, `permission.switchedOff` */
  undo(actor: TechnicianActor, id: string, of: string): Promise<DeviceJob> {
    return this.begin(actor, id, async ({ db }) => {
      const job = await requireSettled(db, await this.own(actor, of, db));
      const devices = job.undoes === null ? await readUndoable(db, of) : [];
      if (devices.length === 0) throw new LatchkeyError('deviceJob.notUndoable', { job: of });
      return { action: actionOf(job), undoes: of, retries: null, devices };
    });
  }

  /** @throws LatchkeyError `deviceJob.notFound` */
  async cancel(actor: TechnicianActor, id: string, devices?: readonly string[]): Promise<DeviceJob> {
    const row = await this.store.write(async (tx) => {
      const job = await this.own(actor, id, tx.db);
      let query = tx.db
        .updateTable('device_job_devices')
        .set({ state: 'cancelled' })
        .where('job_id', '=', id)
        .where('state', 'in', ['pending', 'queued']);
      if (devices) query = query.where('device_id', 'in', devices.length > 0 ? [...devices] : ['']);
      await query.execute();
      return this.progress.finishWhereDone(tx, job);
    });
    return this.progress.tell(row);
  }

  /** @throws LatchkeyError `deviceJob.notFound` */
  async get(actor: TechnicianActor, id: string): Promise<DeviceJob> {
    return toJob(this.store.read, await this.own(actor, id));
  }

  /**
   * The job once nothing of it is pending.
   * @param progress told how it stands after each chunk
   * @throws LatchkeyError `deviceJob.notFound`
   */
  async wait(actor: TechnicianActor, id: string, progress: (job: DeviceJob) => void): Promise<DeviceJob> {
    const job = await this.own(actor, id);
    let end: (job: DeviceJob) => void = () => {};
    const ended = new Promise<DeviceJob>((resolve) => (end = resolve));
    const following = this.progress.progress$.pipe(filter((each) => each.id === id)).subscribe((each) => {
      progress(each);
      if (each.counts.pending === 0) end(each);
    });
    try {
      // Read after following has begun: an end in between is not missed.
      const now = await toJob(this.store.read, job.finished_at === null ? await requireJob(this.store.read, id) : job);
      return now.counts.pending === 0 ? now : await ended;
    } finally {
      following.unsubscribe();
    }
  }

  async list(actor: TechnicianActor, limit: number): Promise<DeviceJob[]> {
    let query = this.store.read.selectFrom('device_jobs').selectAll().orderBy('created_at', 'desc').limit(limit);
    if (actor.role !== 'administrator') query = query.where('technician_id', '=', actor.id);
    return Promise.all((await query.execute()).map((row) => toJob(this.store.read, row)));
  }

  /** @throws LatchkeyError `deviceJob.notFound` */
  async results(actor: TechnicianActor, id: string): Promise<DeviceActionResult[]> {
    await this.own(actor, id);
    const rows = await this.store.read
      .selectFrom('device_job_devices as j')
      .leftJoin('devices', 'devices.id', 'j.device_id')
      .select(['j.device_id', 'j.state', 'j.problem', 'group_id', 'nickname', 'host_name'])
      .where('j.job_id', '=', id)
      .orderBy('j.position')
      .execute();
    return rows.map(({ device_id, state, problem, group_id, nickname, host_name }) => ({
      device: device_id,
      name: group_id !== null && hasGroup(actor, group_id) ? (nickname ?? host_name ?? '') : '',
      state,
      problem: problem === null ? null : (JSON.parse(problem) as DeviceActionProblem),
    }));
  }

  private async begin(
    actor: TechnicianActor,
    id: string,
    make: (tx: WriteTransaction) => Promise<{
      readonly action: DeviceAction;
      readonly undoes: string | null;
      readonly retries: string | null;
      readonly devices: readonly NewDevice[];
    }>,
  ): Promise<DeviceJob> {
    const row = await this.store.write(async (tx) => {
      const known = await tx.db.selectFrom('device_jobs').selectAll().where('id', '=', id).executeTakeFirst();
      if (known?.technician_id === actor.id) return known;
      if (known) throw new LatchkeyError('deviceJob.notFound', { job: id });
      const { action, undoes, retries, devices } = await make(tx);
      this.permissions.require(actor, permissionFor(action));
      const now = Date.now();
      const waiting = 'whenOnline' in action ? action.whenOnline : undefined;
      const job: DeviceJobRow = {
        id,
        action: JSON.stringify(action),
        undoes,
        retries,
        technician_id: actor.id,
        technician_name: actor.name,
        address: actor.from,
        created_at: now,
        finished_at: null,
        expires_at: waiting ? now + waiting.seconds * 1000 : null,
        audited_at: null,
      };
      await insertJob(tx.db, job, devices);
      tx.afterCommit(() => this.runner.add(id));
      return job;
    });
    return toJob(this.store.read, row);
  }

  private async own(actor: TechnicianActor, id: string, db = this.store.read): Promise<DeviceJobRow> {
    const job = await requireJob(db, id);
    if (job.technician_id !== actor.id && actor.role !== 'administrator') {
      throw new LatchkeyError('deviceJob.notFound', { job: id });
    }
    return job;
  }
}

/** What its rows keep as wanted: of a removal the job itself, by which undoing it knows its own. */
function wantedBy(job: string, action: DeviceAction): string | null {
  switch (action.kind) {
    case 'move':
      return action.group;
    case 'rename':
      return action.nickname;
    case 'delete':
    case 'removeAccess':
      return job;
    default:
      return null;
  }
}

/** What waits for devices is no hindrance. */
async function requireSettled(db: Kysely<Tables>, job: DeviceJobRow): Promise<DeviceJobRow> {
  if ((await countStates(db, job.id)).pending > 0) throw new LatchkeyError('deviceJob.running', { job: job.id });
  return job;
}
