import { Subject, type Observable } from 'rxjs';
import { withoutName } from '#core/base/wake/wake-outcomes.ts';
import type { LatchkeyError } from '#protocol/errors.ts';
import type { FailedWake, KeptWake, WakeResult, WakeSender } from '#protocol/wake.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { WakeDeviceRow, WakeFailureRow, WakeRow } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';

const rowsAtOnce = 1000;
/** Devices in an answer. */
const resultsAtOnce = 10_000;
const day = 24 * 60 * 60 * 1000;
/** Milliseconds for which wakes by schedules are kept. */
const keptFor = 90 * day;
/** Milliseconds after which nobody is told of a failed wake any more. */
const failuresFor = 7 * day;
/** Why nothing was tried, where that is nobody's concern. */
const noFailure = new Set(['wake.alreadyOnline', 'wake.deviceWaiting', 'device.notFound']);

export type WakeEnd = Pick<KeptWake, 'state' | 'counts'> & { readonly problem: LatchkeyError | undefined };

/** What is kept of wakes: those that failed, and all that schedules did. */
export class WakeRecords {
  private readonly store: Store;
  private readonly changes = new Subject<void>();
  /** How far those are that go on, by wake. */
  private readonly running = new Map<string, NonNullable<KeptWake['progress']>>();
  /** A schedule, or what one did, may be another than before. */
  readonly changed$: Observable<void> = this.changes;

  constructor(store: Store) {
    this.store = store;
  }

  /** To be called where a schedule has changed. */
  tell(): void {
    this.changes.next();
  }

  /** How far a wake is that goes on. */
  report(wake: string, progress: NonNullable<KeptWake['progress']>): void {
    this.running.set(wake, progress);
    this.tell();
  }

  /** A wake as it is now. */
  toKeptWake(row: WakeRow): KeptWake {
    return {
      id: row.id,
      schedule: row.schedule_id,
      technician: row.technician_name,
      at: row.at,
      finishedAt: row.finished_at,
      state: row.state,
      problem: parsed(row.problem),
      counts: { awake: row.awake, online: row.online, noAnswer: row.no_answer, failed: row.failed },
      progress: (row.state === 'running' && this.running.get(row.id)) || null,
    };
  }

  /** Forgets what is old. */
  async prune(now: number): Promise<void> {
    await this.store.write(async ({ db }) => {
      const old = db
        .selectFrom('wakes')
        .select('id')
        .where('at', '<', now - keptFor);
      await db.deleteFrom('wake_devices').where('wake_id', 'in', old).execute();
      await db
        .deleteFrom('wakes')
        .where('at', '<', now - keptFor)
        .execute();
      await db
        .deleteFrom('wake_failures')
        .where('at', '<', now - failuresFor)
        .execute();
    });
  }

  /** Remembers which devices could not be woken, and forgets it of those that could. */
  async note(results: readonly WakeResult[], now: number): Promise<void> {
    const failed: WakeFailureRow[] = [];
    const settled: string[] = [];
    for (const { device, state, problem } of results) {
      if (state === 'awake' || problem?.code === 'wake.alreadyOnline') settled.push(device);
      else if (problem && !noFailure.has(problem.code))
        failed.push({ device_id: device, at: now, state, problem: JSON.stringify(withoutName(problem)) });
    }
    await this.forget(settled);
    for (const rows of inParts(failed)) {
      await this.store.write(({ db }) =>
        db
          .insertInto('wake_failures')
          .values(rows)
          .onConflict((conflict) =>
            conflict.column('device_id').doUpdateSet((eb) => ({
              at: eb.ref('excluded.at'),
              state: eb.ref('excluded.state'),
              problem: eb.ref('excluded.problem'),
            })),
          )
          .execute(),
      );
    }
  }

  /** Of devices that the technician may know of. */
  async dismiss(actor: TechnicianActor, devices: readonly string[]): Promise<void> {
    for (const part of inParts(devices)) {
      const rows = await this.store.read
        .selectFrom('devices')
        .select(['id', 'group_id'])
        .where('id', 'in', part)
        .execute();
      await this.forget(rows.filter(({ group_id }) => hasGroup(actor, group_id)).map(({ id }) => id));
    }
  }

  private async forget(devices: readonly string[]): Promise<void> {
    for (const part of inParts(devices)) {
      await this.store.write(({ db }) => db.deleteFrom('wake_failures').where('device_id', 'in', part).execute());
    }
  }

  /**
   * Devices whose last wake failed and that have not been there since, newest first.
   * @param isOnline whether a device is there now
   */
  async failures(
    actor: TechnicianActor,
    limit: number,
    now: number,
    isOnline: (device: string) => boolean,
  ): Promise<{ failures: FailedWake[]; total: number }> {
    const rows = await this.store.read
      .selectFrom('wake_failures')
      .innerJoin('devices', 'devices.id', 'wake_failures.device_id')
      .select(['device_id', 'at', 'wake_failures.state', 'problem', 'group_id'])
      .where('at', '>', now - failuresFor)
      .where('deleted_at', 'is', null)
      .where((eb) => eb.or([eb('last_seen_at', 'is', null), eb('last_seen_at', '<', eb.ref('at'))]))
      .orderBy('at', 'desc')
      .orderBy('device_id')
      .execute();
    const seen = rows.filter(({ group_id, device_id }) => hasGroup(actor, group_id) && !isOnline(device_id));
    const failures = seen
      .slice(0, limit)
      .map(({ device_id: device, at, state, problem }) => ({ device, at, state, problem: parsed(problem) }));
    return { failures, total: seen.length };
  }

  /** Begins one, inside the write that has claimed it. */
  async begin({ db }: WriteTransaction, wake: Pick<WakeRow, 'id' | 'schedule_id' | 'technician_name' | 'at'>) {
    const row: WakeRow = {
      ...wake,
      ...{ finished_at: null, state: 'running', problem: null, awake: 0, online: 0, no_answer: 0, failed: 0 },
    };
    await db.insertInto('wakes').values(row).execute();
  }

  /** What became of its devices first, then that it is over: a hub that is killed in between leaves it interrupted. */
  async finish(wake: string, end: WakeEnd, results: readonly WakeResult[], now: number): Promise<void> {
    const rows = results.map(({ device, state, sentBy, problem }, position): WakeDeviceRow => ({
      ...{ wake_id: wake, position: position + 1, device_id: device, state, sent_by: JSON.stringify(sentBy) },
      problem: problem && JSON.stringify(withoutName(problem)),
    }));
    for (const part of inParts(rows)) {
      await this.store.write(({ db }) => db.insertInto('wake_devices').values(part).execute());
    }
    const { state, counts, problem } = end;
    const { awake, online, noAnswer: no_answer, failed } = counts;
    const set = { finished_at: now, state, awake, online, no_answer, failed };
    await this.store.write(({ db }) =>
      db
        .updateTable('wakes')
        .set({ ...set, problem: problem ? JSON.stringify(problem.toData()) : null })
        .where('id', '=', wake)
        .execute(),
    );
    this.running.delete(wake);
    this.tell();
  }

  /** What a schedule did, newest first. */
  async history(schedule: string, limit: number): Promise<KeptWake[]> {
    const rows = await this.store.read
      .selectFrom('wakes')
      .selectAll()
      .where('schedule_id', '=', schedule)
      .orderBy('at', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => this.toKeptWake(row));
  }

  async get(wake: string): Promise<KeptWake | undefined> {
    const row = await this.store.read.selectFrom('wakes').selectAll().where('id', '=', wake).executeTakeFirst();
    return row && this.toKeptWake(row);
  }

  /** The devices of a wake that the technician may know of, in parts. */
  async results(actor: TechnicianActor, wake: string, after: number) {
    const rows = await this.store.read
      .selectFrom('wake_devices')
      .innerJoin('devices', 'devices.id', 'wake_devices.device_id')
      .select(['position', 'device_id', 'wake_devices.state', 'sent_by', 'problem', 'group_id'])
      .where('wake_id', '=', wake)
      .where('position', '>', after)
      .orderBy('position')
      .limit(resultsAtOnce)
      .execute();
    const results = rows
      .filter(({ group_id }) => hasGroup(actor, group_id))
      .map(({ device_id, state, sent_by, problem }) => ({
        device: device_id,
        name: device_id,
        state,
        sentBy: JSON.parse(sent_by) as WakeSender[],
        problem: parsed(problem),
      }));
    return { results, next: rows.length === resultsAtOnce ? rows.at(-1)!.position : null };
  }
}

const parsed = (json: string | null): WakeResult['problem'] =>
  json === null ? null : (JSON.parse(json) as WakeResult['problem']);

function* inParts<T>(all: readonly T[]): Iterable<T[]> {
  for (let start = 0; start < all.length; start += rowsAtOnce) yield all.slice(start, start + rowsAtOnce);
}
