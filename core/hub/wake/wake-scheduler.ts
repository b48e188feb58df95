import { CancellationTokenSource } from '#jsonrpc';
import { newId } from '#core/base/ids.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ProgressReport } from '#protocol/messages.ts';
import { wakeGrace, type KeptWake, type WakeResult } from '#protocol/wake.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { HubPart } from '../hub-part.ts';
import type { HubLogger } from '../log/logger.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { Store } from '../store/store.ts';
import type { WakeScheduleRow } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import { nextWake } from './next-wake.ts';
import type { WakeRecords } from './wake-records.ts';
import { readSchedule, subjectOf } from './wake-schedules.ts';
import type { WakeService } from './wake-service.ts';

/** Milliseconds between two looks at what is due. */
const lookEvery = 15_000;
const minute = 60_000;
/** Milliseconds between two times that what is old is forgotten. */
const pruneEvery = 24 * 60 * minute;
/** The most missed times of one schedule that are written down. */
const mostMissed = 30;
const none: KeptWake['counts'] = { awake: 0, online: 0, noAnswer: 0, failed: 0 };

export interface WakeSchedulerParts {
  readonly store: Store;
  readonly directory: TechnicianDirectory;
  readonly permissions: PermissionService;
  readonly wakes: WakeService;
  readonly records: WakeRecords;
  readonly logger: HubLogger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Seconds after the start of the hub before what was due by then is sent: whoever can send has to come back first. */
  readonly settle: number;
}

/**
 * Wakes what schedules say. That a wake is due and that the next one will be are one transaction, so that each is sent at most
 * once, whatever happens to the hub; what it was not there for is sent a little late, or written down as missed.
 */
export class WakeScheduler implements HubPart {
  private readonly parts: WakeSchedulerParts;
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new CancellationTokenSource();
  private timer: NodeJS.Timeout | undefined;
  private startedAt = 0;
  private prunedAt = 0;
  private looking: Promise<void> = Promise.resolve();

  constructor(parts: WakeSchedulerParts) {
    this.parts = parts;
  }

  async start(): Promise<void> {
    const { store, now } = this.parts;
    this.startedAt = now();
    const problem = JSON.stringify(new LatchkeyError('wake.interrupted').toData());
    await store.write(({ db }) =>
      db
        .updateTable('wakes')
        .set({ state: 'failed', problem, finished_at: now() })
        .where('state', '=', 'running')
        .execute(),
    );
    this.timer = setInterval(() => void this.look(), lookEvery);
    this.timer.unref();
    // What was missed is known at once.
    void this.look();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.cancel();
    await this.looking;
    await this.idle();
  }

  /** Begins what is due. Resolves once it is begun. */
  look(): Promise<void> {
    this.looking = this.looking.then(async () => {
      try {
        await this.beginDue();
      } catch (error) {
        this.parts.logger.error({ err: error }, 'It was not found out which wakes are due');
      }
    });
    return this.looking;
  }

  /** Resolves once no wake goes on. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private async beginDue(): Promise<void> {
    const { store, now, records } = this.parts;
    const due = await store.read
      .selectFrom('wake_schedules')
      .selectAll()
      .where('enabled', '=', 1)
      .where('next_at', '<=', now())
      .execute();
    for (const row of due) {
      if (this.stopping.token.isCancellationRequested) return;
      await this.begin(row);
    }
    if (now() - this.prunedAt < pruneEvery) return;
    this.prunedAt = now();
    await records.prune(now());
  }

  private async begin(row: WakeScheduleRow): Promise<void> {
    const { store, now, records } = this.parts;
    const schedule = readSchedule(row);
    const missed: number[] = [];
    let at = row.next_at!;
    for (let next = at; next <= now(); next = nextWake(schedule, next)) {
      at = next;
      if (now() - at > wakeGrace * minute) missed.push(at);
    }
    const late = now() - at > wakeGrace * minute;
    if (!late && at < this.startedAt && now() < this.startedAt + this.parts.settle * 1000) return;
    const wake = newId();
    const claimed = await store.write(async (tx) => {
      const taken = await tx.db
        .updateTable('wake_schedules')
        .set({ next_at: nextWake(schedule, now()) })
        .where('id', '=', row.id)
        .where('next_at', '=', row.next_at)
        .where('enabled', '=', 1)
        .returning('id')
        .executeTakeFirst();
      if (!taken) return false;
      const of = { schedule_id: row.id, technician_name: row.technician_name };
      const end = { finished_at: now(), state: 'missed' as const, problem: null };
      for (const each of missed.slice(-mostMissed)) {
        const counts = { awake: 0, online: 0, no_answer: 0, failed: 0 };
        await tx.db
          .insertInto('wakes')
          .values({ ...of, id: newId(), at: each, ...end, ...counts })
          .execute();
      }
      if (!late) await records.begin(tx, { ...of, id: wake, at });
      return true;
    });
    if (claimed) records.tell();
    if (!claimed || late) return;
    const run = this.run(row, wake).catch((error: unknown) =>
      this.parts.logger.error({ err: error, schedule: row.id }, 'A scheduled wake failed'),
    );
    this.running.add(run);
    void run.finally(() => this.running.delete(run));
  }

  private async run(row: WakeScheduleRow, wake: string): Promise<void> {
    const { records, now } = this.parts;
    try {
      const { results, online, problem } = await this.wake(row, wake);
      const { token } = this.stopping;
      const number = (...states: WakeResult['state'][]): number =>
        results.filter(({ state }) => states.includes(state)).length;
      const counts = {
        awake: number('awake'),
        online,
        noAnswer: number('noAnswer'),
        failed: number('refused', 'failed', 'cancelled', 'sent'),
      };
      const interrupted = token.isCancellationRequested ? new LatchkeyError('wake.interrupted') : undefined;
      const state = interrupted ? 'failed' : 'done';
      await records.finish(wake, { state, counts, problem: interrupted ?? problem }, results, now());
      await records.note(results, now());
    } catch (error) {
      const known = error instanceof LatchkeyError ? error : undefined;
      const problem = known ?? new LatchkeyError('internal', { reference: wake });
      await records.finish(wake, { state: 'failed', counts: none, problem }, [], now());
      if (!known) throw error;
    }
  }

  /** As the technician who made the schedule, with what they may do now. */
  private async wake(row: WakeScheduleRow, wake: string) {
    const { directory, permissions, wakes, store, records } = this.parts;
    let actor: TechnicianActor;
    try {
      actor = directory.actor(row.technician_id, null);
      permissions.require(actor, 'device.wake');
    } catch (error) {
      if (error instanceof LatchkeyError) await this.recordRefusal(row, error);
      throw error;
    }
    const { devices, groups } = readSchedule(row);
    const lost = groups.find((group) => !hasGroup(actor, group));
    const mine = groups.filter((group) => hasGroup(actor, group));
    const problem = lost === undefined ? undefined : await this.lostGroup(lost);
    if (problem && mine.length + devices.length === 0) {
      await this.recordRefusal(row, problem);
      throw problem;
    }
    const inGroups =
      mine.length === 0
        ? []
        : await store.read
            .selectFrom('devices')
            .select('id')
            .where('group_id', 'in', mine)
            .where('deleted_at', 'is', null)
            .where('state', 'in', ['active', 'blocked'])
            .orderBy('id')
            .execute();
    const wanted = [...new Set([...devices, ...inGroups.map(({ id }) => id)])];
    const asleep = wanted.filter((device) => !wakes.isOnline(device));
    const progress = ({ fraction = 0 }: ProgressReport): void =>
      records.report(wake, { settled: Math.round(fraction * asleep.length), devices: asleep.length });
    const call = { token: this.stopping.token, progress };
    const results = asleep.length === 0 ? [] : await wakes.run(actor, asleep, call, subjectOf(row));
    return { results, online: wanted.length - asleep.length, problem };
  }

  private async lostGroup(group: string): Promise<LatchkeyError> {
    const row = await this.parts.store.read
      .selectFrom('device_groups')
      .select(['name', 'deleted_at'])
      .where('id', '=', group)
      .executeTakeFirst();
    const gone = !row || row.deleted_at !== null;
    const name = row?.name ?? group;
    return new LatchkeyError(gone ? 'group.notFound' : 'permission.groupNotAssigned', { group: name });
  }

  private async recordRefusal(row: WakeScheduleRow, error: LatchkeyError): Promise<void> {
    const actor = { kind: 'technician' as const, id: row.technician_id, name: row.technician_name, from: null };
    const after = { error: error.code, ...error.args };
    await this.parts.store.write((tx) =>
      tx.audit({ actor, action: 'device.wake', outcome: 'refused', subject: subjectOf(row), after }),
    );
  }
}
