import { sql, type Kysely } from 'kysely';

/** How the removal of devices goes, and what of an action waits for its device. */
export async function up(db: Kysely<any>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('device_removals')
    .addColumn('device_id', 'text', (c) => c.primaryKey())
    .addColumn('job_id', 'text')
    .addColumn('technician_name', 'text')
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('begun_at', 'bigint')
    .addColumn('done_at', 'bigint')
    .addColumn('problem', 'text')
    .execute();
  await schema
    .createIndex('devices_deleted')
    .on('devices')
    .column('deleted_at')
    .where('deleted_at', 'is not', null)
    .execute();
  await schema.alterTable('device_jobs').addColumn('expires_at', 'bigint').execute();
  await schema.alterTable('device_jobs').addColumn('audited_at', 'bigint').execute();
  await schema.alterTable('device_job_devices').addColumn('queued_at', 'bigint').execute();
  await schema.alterTable('device_job_devices').addColumn('started_at', 'bigint').execute();
  await sql`update device_jobs set audited_at = finished_at`.execute(db);
  await schema
    .createIndex('device_job_devices_queued')
    .on('device_job_devices')
    .column('device_id')
    .where(sql<boolean>`state = 'queued'`)
    .execute();
}
