import type { Kysely } from 'kysely';

/** Actions on many devices, with what became of each. */
export async function up(db: Kysely<any>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('device_jobs')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('undoes', 'text')
    .addColumn('retries', 'text')
    .addColumn('technician_id', 'text', (c) => c.notNull())
    .addColumn('technician_name', 'text', (c) => c.notNull())
    .addColumn('address', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('finished_at', 'bigint')
    .execute();
  await schema
    .createIndex('device_jobs_technician')
    .on('device_jobs')
    .columns(['technician_id', 'created_at'])
    .execute();
  await schema.createIndex('device_jobs_undoes').on('device_jobs').column('undoes').execute();
  await schema
    .createTable('device_job_devices')
    .addColumn('job_id', 'text', (c) => c.notNull())
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('position', 'bigint', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('problem', 'text')
    .addColumn('expected', 'text')
    .addColumn('before', 'text')
    .addColumn('wanted', 'text')
    .addPrimaryKeyConstraint('device_job_devices_key', ['job_id', 'device_id'])
    .execute();
  await schema
    .createIndex('device_job_devices_state')
    .on('device_job_devices')
    .columns(['job_id', 'state', 'position'])
    .execute();
}
