import type { Kysely } from 'kysely';
import type { Tables } from '../store/tables.ts';
import type { ChunkOutcome, JobDevice } from './job-change.ts';

/** The next devices of the job that nothing was done for, and that were not asked for their part yet. */
export async function readChunk(db: Kysely<Tables>, job: string, size: number): Promise<JobDevice[]> {
  const pending = await db
    .selectFrom('device_job_devices')
    .select(['device_id', 'position', 'expected', 'wanted'])
    .where('job_id', '=', job)
    .where('state', '=', 'pending')
    .where('started_at', 'is', null)
    .orderBy('position')
    .limit(size)
    .execute();
  if (pending.length === 0) return [];
  const ids = pending.map(({ device_id }) => device_id);
  const rows = await db.selectFrom('devices').selectAll().where('id', 'in', ids).execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return pending.map(({ device_id, ...rest }) => ({ ...rest, device: device_id, row: byId.get(device_id) }));
}

/** Keeps what went wrong, and that it did: devices that failed of one cause in one statement. */
export async function setProblems(db: Kysely<Tables>, job: string, problems: ChunkOutcome): Promise<void> {
  const byProblem = new Map<string, string[]>();
  for (const [device, problem] of problems) {
    const text = JSON.stringify(problem);
    byProblem.set(text, [...(byProblem.get(text) ?? []), device]);
  }
  for (const [problem, devices] of byProblem) {
    await db
      .updateTable('device_job_devices')
      .set({ state: 'failed', problem })
      .where('job_id', '=', job)
      .where('device_id', 'in', devices)
      .execute();
  }
}
