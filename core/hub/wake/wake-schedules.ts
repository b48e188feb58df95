import { newId } from '#core/base/ids.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import {
  maximumWakeSchedules,
  type KeptWake,
  type WakeSchedule,
  type WakeScheduleInput,
  type Weekday,
} from '#protocol/wake.ts';
import type { Kysely } from 'kysely';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { Store } from '../store/store.ts';
import type { Tables, WakeScheduleRow } from '../store/tables.ts';
import { requireGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import { isTimeZone, nextWake } from './next-wake.ts';
import type { WakeRecords } from './wake-records.ts';

/** Schedules, as technicians make, change and see them. What is due is the scheduler's. */
export class WakeSchedules {
  private readonly store: Store;
  private readonly permissions: PermissionService;
  private readonly records: WakeRecords;
  private readonly now: () => number;

  constructor(store: Store, permissions: PermissionService, records: WakeRecords, now: () => number) {
    this.store = store;
    this.permissions = permissions;
    this.records = records;
    this.now = now;
  }

  /** The technician's own, by name; everybody's for an administrator. */
  async list(actor: TechnicianActor): Promise<WakeSchedule[]> {
    let query = this.store.read.selectFrom('wake_schedules').selectAll();
    if (actor.role !== 'administrator') query = query.where('technician_id', '=', actor.id);
    const rows = await query.execute();
    const last = await this.lastOf(rows.map(({ id }) => id));
    const compare = new Intl.Collator('en', { numeric: true }).compare;
    return rows.map((row) => toSchedule(row, last.get(row.id))).sort((a, b) => compare(a.name, b.name));
  }

  /**
   * Makes a schedule, or changes the one that is named: it stays whose it is.
   * @throws LatchkeyError `permission.switchedOff`, `permission.groupNotAssigned`, `wake.zoneUnknown`,
   *   `wake.nothingToWake`, `wake.tooManySchedules`, `wake.scheduleNotFound`
   */
  async save(actor: TechnicianActor, id: string | undefined, wanted: WakeScheduleInput): Promise<WakeSchedule> {
    this.permissions.require(actor, 'device.wake');
    if (!isTimeZone(wanted.zone)) throw new LatchkeyError('wake.zoneUnknown', { zone: wanted.zone });
    if (wanted.devices.length + wanted.groups.length === 0) throw new LatchkeyError('wake.nothingToWake');
    const row = await this.store.write(async (tx) => {
      const before = id === undefined ? undefined : await this.required(tx.db, actor, id);
      // What is in it already may stay, even where the technician has lost it since: it is checked at each wake.
      const known = new Set(before ? (JSON.parse(before.groups) as string[]) : []);
      for (const group of wanted.groups) if (!known.has(group)) requireGroup(actor, group);
      if (!before) await this.requireRoom(tx.db, actor);
      const after: WakeScheduleRow = {
        id: before?.id ?? newId(),
        technician_id: before?.technician_id ?? actor.id,
        technician_name: before?.technician_name ?? actor.name,
        created_at: before?.created_at ?? this.now(),
        name: wanted.name,
        devices: JSON.stringify([...new Set(wanted.devices)]),
        groups: JSON.stringify([...new Set(wanted.groups)]),
        days: JSON.stringify([...new Set(wanted.days)]),
        time: wanted.time,
        zone: wanted.zone,
        enabled: wanted.enabled ? 1 : 0,
        next_at: wanted.enabled ? nextWake(wanted, this.now()) : null,
      };
      if (before) await tx.db.updateTable('wake_schedules').set(after).where('id', '=', after.id).execute();
      else await tx.db.insertInto('wake_schedules').values(after).execute();
      await tx.audit({
        actor,
        action: before ? 'wake.changeSchedule' : 'wake.addSchedule',
        subject: subjectOf(after),
        before: before ? told(before) : null,
        after: told(after),
      });
      return after;
    });
    this.records.tell();
    return toSchedule(row, (await this.lastOf([row.id])).get(row.id));
  }

  /** @throws LatchkeyError `permission.switchedOff`, `wake.scheduleNotFound` */
  async delete(actor: TechnicianActor, id: string): Promise<void> {
    this.permissions.require(actor, 'device.wake');
    await this.store.write(async (tx) => {
      const row = await this.required(tx.db, actor, id);
      const wakes = tx.db.selectFrom('wakes').select('id').where('schedule_id', '=', id);
      await tx.db.deleteFrom('wake_devices').where('wake_id', 'in', wakes).execute();
      await tx.db.deleteFrom('wakes').where('schedule_id', '=', id).execute();
      await tx.db.deleteFrom('wake_schedules').where('id', '=', id).execute();
      await tx.audit({ actor, action: 'wake.deleteSchedule', subject: subjectOf(row), before: told(row) });
    });
    this.records.tell();
  }

  /** @throws LatchkeyError `wake.scheduleNotFound` */
  async history(actor: TechnicianActor, id: string, limit: number): Promise<KeptWake[]> {
    await this.required(this.store.read, actor, id);
    return this.records.history(id, limit);
  }

  /** What became of the devices of one wake. @throws LatchkeyError `wake.scheduleNotFound` */
  async results(actor: TechnicianActor, wake: string, after: number) {
    const kept = await this.records.get(wake);
    if (!kept) throw new LatchkeyError('wake.scheduleNotFound', { schedule: wake });
    await this.required(this.store.read, actor, kept.schedule);
    return this.records.results(actor, wake, after);
  }

  private async required(db: Kysely<Tables>, actor: TechnicianActor, id: string): Promise<WakeScheduleRow> {
    const row = await db.selectFrom('wake_schedules').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row || (actor.role !== 'administrator' && row.technician_id !== actor.id))
      throw new LatchkeyError('wake.scheduleNotFound', { schedule: id });
    return row;
  }

  private async requireRoom(db: Kysely<Tables>, actor: TechnicianActor): Promise<void> {
    const { count } = await db
      .selectFrom('wake_schedules')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('technician_id', '=', actor.id)
      .executeTakeFirstOrThrow();
    if (Number(count) >= maximumWakeSchedules)
      throw new LatchkeyError('wake.tooManySchedules', { limit: maximumWakeSchedules });
  }

  private async lastOf(schedules: readonly string[]): Promise<Map<string, KeptWake>> {
    if (schedules.length === 0) return new Map();
    const rows = await this.store.read
      .selectFrom('wakes')
      .selectAll()
      .where((eb) =>
        eb(
          'at',
          '=',
          eb
            .selectFrom('wakes as other')
            .whereRef('other.schedule_id', '=', 'wakes.schedule_id')
            .select(({ fn }) => fn.max('other.at').as('at')),
        ),
      )
      .where('schedule_id', 'in', schedules)
      .execute();
    return new Map(rows.map((row) => [row.schedule_id, this.records.toKeptWake(row)]));
  }
}

/** What a schedule is to wake, and when. */
export const readSchedule = (row: WakeScheduleRow): WakeScheduleInput => ({
  name: row.name,
  devices: JSON.parse(row.devices) as string[],
  groups: JSON.parse(row.groups) as string[],
  days: JSON.parse(row.days) as Weekday[],
  time: row.time,
  zone: row.zone,
  enabled: row.enabled === 1,
});

const toSchedule = (row: WakeScheduleRow, last: KeptWake | undefined): WakeSchedule => ({
  ...readSchedule(row),
  id: row.id,
  technician: { id: row.technician_id, name: row.technician_name },
  createdAt: row.created_at,
  nextAt: row.next_at,
  last: last ?? null,
});

export const subjectOf = ({ id, name }: Pick<WakeScheduleRow, 'id' | 'name'>) => ({ kind: 'wakeSchedule', id, name });

/** As the audit log has it. */
function told(row: WakeScheduleRow): Record<string, unknown> {
  const { devices, ...schedule } = readSchedule(row);
  return { ...schedule, devices: devices.length };
}
