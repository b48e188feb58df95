import { CompiledQuery, sql, type Kysely } from 'kysely';
import { LatchkeyError } from '#protocol/errors.ts';
import { newId } from '#core/base/ids.ts';
import { migrations } from './migrations/index.ts';
import type { Tables } from './tables.ts';

/** Chosen once, so that two hubs that start on one PostgreSQL at a time migrate it one after the other. */
const advisoryLock = 7420_0001;

/**
 * Brings the store to the version of this program, in one transaction; a new store gets its identifier.
 * @param name what the store is called in errors: a file, or a database's host and name
 * @throws LatchkeyError `data.tooNew` where a later version has written the store
 */
export async function migrate(db: Kysely<Tables>, engine: 'sqlite' | 'postgres', name: string): Promise<void> {
  await db.connection().execute(async (connection) => {
    await connection.executeQuery(CompiledQuery.raw(engine === 'sqlite' ? 'begin immediate' : 'begin'));
    try {
      if (engine === 'postgres') await sql`select pg_advisory_xact_lock(${sql.lit(advisoryLock)})`.execute(connection);
      await bringUpToDate(connection, name);
      await connection.executeQuery(CompiledQuery.raw('commit'));
    } catch (error) {
      await connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => {});
      throw error;
    }
  });
}

/** Whether this very version of the program has written the store. */
export async function isCurrent(db: Kysely<Tables>): Promise<boolean> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', 'version').executeTakeFirst();
  return Number(row?.value) === migrations.length;
}

async function bringUpToDate(db: Kysely<Tables>, name: string): Promise<void> {
  await db.schema
    .createTable('meta')
    .ifNotExists()
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
  const row = await db.selectFrom('meta').select('value').where('key', '=', 'version').executeTakeFirst();
  const version = row ? Number(row.value) : 0;
  if (version > migrations.length) {
    throw new LatchkeyError('data.tooNew', { file: name, version, supported: migrations.length });
  }
  if (version === migrations.length) return;
  for (const up of migrations.slice(version)) await up(db);
  if (row) {
    await db
      .updateTable('meta')
      .set({ value: String(migrations.length) })
      .where('key', '=', 'version')
      .execute();
  } else {
    await db
      .insertInto('meta')
      .values([
        { key: 'version', value: String(migrations.length) },
        { key: 'store', value: newId() },
      ])
      .execute();
  }
}
