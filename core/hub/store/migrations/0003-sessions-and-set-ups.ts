import type { Kysely } from 'kysely';

/** Entries of sessions; how a device was set up, and what its customer has decided. */
export async function up(db: Kysely<any>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('sessions')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('device_id', 'text')
    .addColumn('computer_name', 'text')
    .addColumn('computer_platform', 'text')
    .addColumn('computer_system', 'text')
    .addColumn('technician_id', 'text', (c) => c.notNull())
    .addColumn('technician_name', 'text', (c) => c.notNull())
    .addColumn('technicians', 'text', (c) => c.notNull())
    .addColumn('used', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .addColumn('end_reason', 'text')
    .addColumn('ended_by', 'text')
    .execute();
  await schema.createIndex('sessions_created').on('sessions').column('created_at').execute();
  await schema.createIndex('sessions_device').on('sessions').columns(['device_id', 'created_at']).execute();
  await schema.alterTable('devices').addColumn('set_up_by', 'text').execute();
  for (const flag of ['password_stored', 'access_blocked']) {
    await schema
      .alterTable('devices')
      .addColumn(flag, 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
  }
}
