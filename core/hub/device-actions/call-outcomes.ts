import type { DeviceActionProblem } from '#protocol/device-actions.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import { requireJob } from './job-rows.ts';
import type { JobProgress } from './job-progress.ts';

export interface CallOutcome {
  readonly job: string;
  readonly device: string;
  /** `queued`: the device was lost on the way; it is done when it is there again. */
  readonly state: 'done' | 'failed' | 'queued';
  readonly problem: DeviceActionProblem | null;
}

/** Milliseconds for which outcomes are gathered before they are written. */
const gatherFor = 40;

/** Keeps what became of calls, those that end together in one transaction. What was cancelled meanwhile stays cancelled. */
export class CallOutcomes {
  private readonly store: Store;
  private readonly progress: JobProgress;
  private readonly onError: (error: unknown) => void;
  private gathered: { readonly outcome: CallOutcome; readonly kept: () => void }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(store: Store, progress: JobProgress, onError: (error: unknown) => void) {
    this.store = store;
    this.progress = progress;
    this.onError = onError;
  }

  /** Resolves once it is kept, or can't be because the hub stops: then it is as if the call had never ended. */
  add(outcome: CallOutcome): Promise<void> {
    return new Promise((resolve) => {
      this.gathered.push({ outcome, kept: resolve });
      this.timer ??= setTimeout(() => void this.flush(), gatherFor);
    });
  }

  /** Writes what is gathered now. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const gathered = this.gathered;
    this.gathered = [];
    if (gathered.length === 0) return this.writing;
    this.writing = this.writing
      .then(() => this.write(gathered.map(({ outcome }) => outcome)))
      .catch(this.onError)
      .then(() => {
        for (const { kept } of gathered) kept();
      });
    return this.writing;
  }

  private async write(outcomes: readonly CallOutcome[]): Promise<void> {
    const jobs = new Set(outcomes.map(({ job }) => job));
    const rows = await this.store.write(async (tx) => {
      await writeAll(tx, outcomes);
      const ended = [];
      for (const job of jobs) ended.push(await this.progress.finishWhereDone(tx, await requireJob(tx.db, job)));
      return ended;
    });
    for (const row of rows) await this.progress.tell(row);
  }
}

async function writeAll({ db }: WriteTransaction, outcomes: readonly CallOutcome[]): Promise<void> {
  const alike = new Map<string, CallOutcome[]>();
  for (const outcome of outcomes) {
    const { job, state, problem } = outcome;
    const key = JSON.stringify([job, state, problem]);
    alike.set(key, [...(alike.get(key) ?? []), outcome]);
  }
  for (const same of alike.values()) {
    const [first] = same;
    if (!first) continue;
    const { job, state, problem } = first;
    await db
      .updateTable('device_job_devices')
      .set({
        state,
        problem: problem && JSON.stringify(problem),
        ...(state === 'queued' && { started_at: null, queued_at: Date.now() }),
      })
      .where('job_id', '=', job)
      .where('state', '=', 'pending')
      .where(
        'device_id',
        'in',
        same.map(({ device }) => device),
      )
      .execute();
  }
}
