import type { Kysely } from 'kysely';

/** Computers that come back with a new key, questions about which computer is which device, and who deleted one. */
export async function up(db: Kysely<any>): Promise<void> {
  const { schema } = db;
  await schema.alterTable('devices').addColumn('deleted_by', 'text').execute();
  await schema
    .createTable('installer_returns')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('installer_id', 'text', (c) => c.notNull())
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('host_name', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createIndex('installer_returns_installer')
    .on('installer_returns')
    .columns(['installer_id', 'at'])
    .execute();
  await schema
    .createTable('device_matches')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('pair', 'text', (c) => c.notNull().unique())
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('other_id', 'text')
    .addColumn('known', 'text', (c) => c.notNull())
    .addColumn('other', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('decision', 'text')
    .addColumn('decided_at', 'bigint')
    .addColumn('decided_by', 'text')
    .execute();
  await schema.createIndex('device_matches_open').on('device_matches').columns(['decision', 'created_at']).execute();
}
