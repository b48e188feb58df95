import { sql, type Kysely } from 'kysely';
import {
  deviceActionState,
  type DeviceAction,
  type DeviceActionState,
  type DeviceJob,
} from '#protocol/device-actions.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Permission } from '#protocol/permissions.ts';
import type { DeviceJobDeviceRow, DeviceJobRow, Tables } from '../store/tables.ts';

export type JobCounts = Record<DeviceActionState, number>;

/** Rows in one statement: SQLite takes 32,766 places in a statement. */
const rowsAtOnce = 1000;

export const actionOf = (row: Pick<DeviceJobRow, 'action'>): DeviceAction => JSON.parse(row.action) as DeviceAction;

/** What a technician has to be allowed for it: whoever may delete devices may bring them back. */
export const permissionFor = ({ kind }: DeviceAction): Permission => `device.${kind === 'restore' ? 'delete' : kind}`;

/** How many devices of the job are in which state. */
export async function countStates(db: Kysely<Tables>, job: string): Promise<JobCounts> {
  const rows = await db
    .selectFrom('device_job_devices')
    .select(['state', (eb) => eb.fn.countAll<number>().as('devices')])
    .where('job_id', '=', job)
    .groupBy('state')
    .execute();
  const counts = Object.fromEntries(deviceActionState.options.map((state) => [state, 0])) as JobCounts;
  for (const { state, devices } of rows) counts[state] = Number(devices);
  return counts;
}

/** The job as technicians see it. */
export async function toJob(db: Kysely<Tables>, row: DeviceJobRow): Promise<DeviceJob> {
  const counts = await countStates(db, row.id);
  const action = actionOf(row);
  const removes = action.kind === 'delete' || action.kind === 'removeAccess';
  return {
    id: row.id,
    action,
    undoes: row.undoes,
    retries: row.retries,
    technician: { id: row.technician_id, name: row.technician_name },
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    expiresAt: row.expires_at,
    devices: Object.values(counts).reduce((sum, count) => sum + count, 0),
    counts,
    undoable: counts.pending === 0 && row.undoes === null && (await hasUndoable(db, row.id, removes)),
  };
}

/** Those that were changed, and that no other job has taken back since. */
function undoable(db: Kysely<Tables>, job: string) {
  return db
    .selectFrom('device_job_devices as j')
    .where('j.job_id', '=', job)
    .where('j.state', '=', 'done')
    .where(sql<boolean>`coalesce(j.before, '') <> coalesce(j.wanted, '')`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('device_jobs as u')
            .innerJoin('device_job_devices as x', 'x.job_id', 'u.id')
            .select('u.id')
            .where('u.undoes', '=', job)
            .whereRef('x.device_id', '=', 'j.device_id')
            .where('x.state', 'in', ['done', 'pending']),
        ),
      ),
    );
}

/** What was removed can be taken back until its endpoint has begun to go. */
async function hasUndoable(db: Kysely<Tables>, job: string, removes: boolean): Promise<boolean> {
  let query = undoable(db, job).select('j.device_id').limit(1);
  if (removes) {
    query = query
      .innerJoin('device_removals as r', 'r.device_id', 'j.device_id')
      .where('r.job_id', '=', job)
      .where('r.begun_at', 'is', null);
  }
  return (await query.executeTakeFirst()) !== undefined;
}

/** What a job has to do that takes `of` back. */
export const readUndoable = (
  db: Kysely<Tables>,
  of: string,
): Promise<Pick<DeviceJobDeviceRow, 'device_id' | 'expected' | 'wanted'>[]> =>
  undoable(db, of)
    .select(['j.device_id', 'j.wanted as expected', 'j.before as wanted'])
    .orderBy('j.position')
    .execute();

/** What a job has to do that tries again what failed. */
export const readFailed = (
  db: Kysely<Tables>,
  of: string,
): Promise<Pick<DeviceJobDeviceRow, 'device_id' | 'expected' | 'wanted'>[]> =>
  db
    .selectFrom('device_job_devices')
    .select(['device_id', 'expected', 'wanted'])
    .where('job_id', '=', of)
    .where('state', '=', 'failed')
    .orderBy('position')
    .execute();

export async function insertJob(
  db: Kysely<Tables>,
  job: DeviceJobRow,
  devices: readonly Pick<DeviceJobDeviceRow, 'device_id' | 'expected' | 'wanted'>[],
): Promise<void> {
  await db.insertInto('device_jobs').values(job).execute();
  for (let start = 0; start < devices.length; start += rowsAtOnce) {
    const rows = devices.slice(start, start + rowsAtOnce).map((device, index): DeviceJobDeviceRow => ({
      ...device,
      job_id: job.id,
      position: start + index,
      state: 'pending',
      problem: null,
      before: null,
      queued_at: null,
      started_at: null,
    }));
    await db.insertInto('device_job_devices').values(rows).execute();
  }
}

/** @throws LatchkeyError `deviceJob.notFound` */
export async function requireJob(db: Kysely<Tables>, id: string): Promise<DeviceJobRow> {
  const row = await db.selectFrom('device_jobs').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new LatchkeyError('deviceJob.notFound', { job: id });
  return row;
}
