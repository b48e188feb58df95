import type { Kysely } from 'kysely';

/** What sessions and set-ups need to go on after the hub's restart. */
export async function up(db: Kysely<any>): Promise<void> {
  const { schema } = db;
  await schema.alterTable('sessions').addColumn('live', 'text').execute();
  await schema
    .createTable('set_ups')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kept', 'text', (c) => c.notNull())
    .addColumn('device_id', 'text')
    .execute();
}
