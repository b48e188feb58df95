import { Subject, type Observable } from 'rxjs';
import type { DeviceJob } from '#protocol/device-actions.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { DeviceJobRow } from '../store/tables.ts';
import { writeJobAudit, writeQueueAudit } from './job-audit.ts';
import { countStates, toJob } from './job-rows.ts';

/** How jobs stand: when they are over, and who is told. */
export class JobProgress {
  private readonly store: Store;
  private readonly progress = new Subject<DeviceJob>();
  /** A job after each chunk, and after whatever else became of it. */
  readonly progress$: Observable<DeviceJob> = this.progress;

  constructor(store: Store) {
    this.store = store;
  }

  /**
   * Has the job finished that has nothing pending and nothing queued any more. To be called in each transaction that may
   * have ended it.
   */
  async finishWhereDone(tx: WriteTransaction, job: DeviceJobRow): Promise<DeviceJobRow> {
    const counts = await countStates(tx.db, job.id);
    if (counts.pending > 0 || job.finished_at !== null) return job;
    const now = Date.now();
    const finished = {
      ...job,
      audited_at: job.audited_at ?? now,
      finished_at: counts.queued > 0 ? null : now,
    };
    if (job.audited_at === null) await writeJobAudit(tx, job, counts);
    else if (finished.finished_at !== null) await writeQueueAudit(tx, job);
    const { audited_at, finished_at } = finished;
    await tx.db.updateTable('device_jobs').set({ audited_at, finished_at }).where('id', '=', job.id).execute();
    return finished;
  }

  /** Tells whoever follows how the job stands. */
  async tell(job: DeviceJobRow): Promise<DeviceJob> {
    const told = await toJob(this.store.read, job);
    this.progress.next(told);
    return told;
  }
}
