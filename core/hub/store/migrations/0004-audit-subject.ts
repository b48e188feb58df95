import type { Kysely } from 'kysely';

/** What was done to one object, a session say, is found without reading the whole audit log. */
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema.createIndex('audit_subject').on('audit').columns(['subject_id', 'number']).execute();
}
