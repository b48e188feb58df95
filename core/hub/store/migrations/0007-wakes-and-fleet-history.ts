import type { Kysely } from 'kysely';

/** Wakes by a schedule, wakes that failed, and how many devices there were over time. */
export async function up(db: Kysely<any>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('wake_schedules')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('technician_id', 'text', (c) => c.notNull())
    .addColumn('technician_name', 'text', (c) => c.notNull())
    .addColumn('devices', 'text', (c) => c.notNull())
    .addColumn('groups', 'text', (c) => c.notNull())
    .addColumn('days', 'text', (c) => c.notNull())
    .addColumn('time', 'text', (c) => c.notNull())
    .addColumn('zone', 'text', (c) => c.notNull())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('next_at', 'bigint')
    .execute();
  await schema.createIndex('wake_schedules_next').on('wake_schedules').column('next_at').execute();
  await schema
    .createTable('wakes')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('schedule_id', 'text', (c) => c.notNull())
    .addColumn('technician_name', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('finished_at', 'bigint')
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('problem', 'text')
    .addColumn('awake', 'bigint', (c) => c.notNull())
    .addColumn('online', 'bigint', (c) => c.notNull())
    .addColumn('no_answer', 'bigint', (c) => c.notNull())
    .addColumn('failed', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('wakes_schedule').on('wakes').columns(['schedule_id', 'at']).execute();
  await schema
    .createTable('wake_devices')
    .addColumn('wake_id', 'text', (c) => c.notNull())
    .addColumn('position', 'bigint', (c) => c.notNull())
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('sent_by', 'text', (c) => c.notNull())
    .addColumn('problem', 'text')
    .addPrimaryKeyConstraint('wake_devices_key', ['wake_id', 'position'])
    .execute();
  await schema
    .createTable('wake_failures')
    .addColumn('device_id', 'text', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('problem', 'text')
    .execute();
  await schema
    .createTable('fleet_samples')
    .addColumn('group_id', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('counts', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('fleet_samples_key', ['group_id', 'at'])
    .execute();
  await schema.createIndex('fleet_samples_at').on('fleet_samples').column('at').execute();
}
