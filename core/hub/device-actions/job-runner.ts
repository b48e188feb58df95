import type { DeviceAction } from '#protocol/device-actions.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { newId } from '#core/base/ids.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { HubPart } from '../hub-part.ts';
import type { HubLogger } from '../log/logger.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { DeviceJobRow } from '../store/tables.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import type { ChunkOutcome, JobChange, JobDevice } from './job-change.ts';
import { readChunk, setProblems } from './job-chunk.ts';
import type { JobProgress } from './job-progress.ts';
import { actionOf, permissionFor, requireJob } from './job-rows.ts';

/** Devices in one transaction: what a killed hub may have to do again, and for how long other writes wait. */
const chunkSize = 500;
/** Milliseconds for which results are kept. */
const keptFor = 30 * 24 * 60 * 60 * 1000;

export interface JobRunnerParts {
  readonly store: Store;
  readonly directory: TechnicianDirectory;
  readonly permissions: PermissionService;
  readonly progress: JobProgress;
  readonly changes: Readonly<Record<DeviceAction['kind'], JobChange>>;
  readonly logger: HubLogger;
}

/**
 * Works jobs off, a chunk of each in turn, so that a small one does not wait for a large one. A chunk's changes and
 * outcomes are one transaction: a hub that is killed in between goes on where it was, and does nothing twice.
 */
export class JobRunner implements HubPart {
  private readonly parts: JobRunnerParts;
  private readonly jobs: string[] = [];
  private working: Promise<void> | undefined;
  private stopping = false;

  constructor(parts: JobRunnerParts) {
    this.parts = parts;
  }

  async start(): Promise<void> {
    const { store } = this.parts;
    await store.write(async ({ db }) => {
      const old = db
        .selectFrom('device_jobs')
        .select('id')
        .where('finished_at', '<', Date.now() - keptFor);
      await db.deleteFrom('device_job_devices').where('job_id', 'in', old).execute();
      await db
        .deleteFrom('device_jobs')
        .where('finished_at', '<', Date.now() - keptFor)
        .execute();
    });
    const left = store.read.selectFrom('device_jobs').select('id').where('finished_at', 'is', null);
    for (const { id } of await left.orderBy('created_at').execute()) this.add(id);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.working;
  }

  /** Begins the job, or goes on with it. */
  add(job: string): void {
    this.jobs.push(job);
    this.working ??= this.work().finally(() => (this.working = undefined));
  }

  private async work(): Promise<void> {
    // What `start` adds at once is begun after the hub has started.
    await new Promise<void>((resolve) => setImmediate(resolve));
    for (let job = this.jobs.shift(); job !== undefined && !this.stopping; job = this.jobs.shift()) {
      try {
        const { row, more } = await this.parts.store.write((tx) => this.runChunk(tx, job));
        if (more) this.jobs.push(job);
        await this.parts.progress.tell(row);
      } catch (error) {
        if (this.stopping || (error instanceof LatchkeyError && error.code === 'hub.stopping')) return;
        await this.giveUp(job, error).catch((again: unknown) =>
          this.parts.logger.error({ err: again, job }, 'A job on devices could not be given up'),
        );
      }
    }
  }

  /** `more`: there may be devices that nothing was done for yet. */
  private async runChunk(tx: WriteTransaction, id: string): Promise<{ row: DeviceJobRow; more: boolean }> {
    const job = await requireJob(tx.db, id);
    if (job.finished_at !== null) return { row: job, more: false };
    const devices = await readChunk(tx.db, id, chunkSize);
    if (devices.length > 0) await setProblems(tx.db, id, await this.runDevices(tx, job, devices));
    const row = await this.parts.progress.finishWhereDone(tx, job);
    return { row, more: row.finished_at === null && devices.length === chunkSize };
  }

  /** Whoever asked may have been switched off in the middle: the rest fails with that as its reason. */
  private async runDevices(
    tx: WriteTransaction,
    job: DeviceJobRow,
    devices: readonly JobDevice[],
  ): Promise<ChunkOutcome> {
    const action = actionOf(job);
    let actor: TechnicianActor;
    try {
      actor = this.parts.directory.actor(job.technician_id, job.address);
      this.parts.permissions.require(actor, permissionFor(action));
    } catch (error) {
      if (!(error instanceof LatchkeyError)) throw error;
      const problem = error.toData();
      return new Map(devices.map(({ device }) => [device, problem]));
    }
    return this.parts.changes[action.kind].run(tx, actor, job, action, devices);
  }

  /** A fault of ours: the rest of the job fails with a reference to the log, instead of being tried for ever. */
  private async giveUp(id: string, error: unknown): Promise<void> {
    const reference = newId();
    this.parts.logger.error({ err: error, job: id, reference }, 'A job on devices failed');
    const problem = JSON.stringify(new LatchkeyError('internal', { reference }).toData());
    const row = await this.parts.store.write(async (tx) => {
      await tx.db
        .updateTable('device_job_devices')
        .set({ state: 'failed', problem })
        .where('job_id', '=', id)
        .where('state', '=', 'pending')
        .execute();
      return this.parts.progress.finishWhereDone(tx, await requireJob(tx.db, id));
    });
    await this.parts.progress.tell(row);
  }
}
