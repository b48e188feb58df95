import type { Kysely } from 'kysely';

/** By which devices are counted by group, platform and version without a look at each row. */
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema
    .createIndex('devices_census')
    .on('devices')
    .columns(['deleted_at', 'group_id', 'platform', 'endpoint_version'])
    .execute();
}
