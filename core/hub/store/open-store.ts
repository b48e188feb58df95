import { chmodSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import pg from 'pg';
import type { Disposable } from '#core/base/lifecycle.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { lockDataFolder, openDataFolder } from './data-folder.ts';
import { isCurrent, migrate } from './migrate.ts';
import { CachingSqliteDatabase } from './sqlite-database.ts';
import { Store } from './store.ts';
import type { Tables } from './tables.ts';

export const storeFile = 'latchkey.db';

export interface OpenStoreOptions {
  /** The data folder; made where there is none. */
  readonly folder: string;
  /** A PostgreSQL database, `postgres://…`; an SQLite file in the folder where absent. */
  readonly databaseUrl?: string | undefined;
  readonly onError?: (error: unknown) => void;
}

/**
 * Opens the hub's store, locks its folder against a second hub, and brings its tables up to date.
 * @throws LatchkeyError `data.notWritable`, `data.locked`, `data.damaged`, `data.tooNew`, `data.unreachable`
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const folder = openDataFolder(options.folder);
  const lock = lockDataFolder(folder);
  try {
    return await open({ ...options, folder }, (opened) => migrate(opened.writer, opened.engine, opened.name), lock);
  } catch (error) {
    lock.dispose();
    throw error;
  }
}

/**
 * Opens the store of a hub that runs, or does not: to write a little beside it.
 * @throws LatchkeyError `data.noStore`, `data.locked` where another version's hub runs on it, and as `openStore`
 */
export async function openStoreBeside(options: OpenStoreOptions): Promise<Store> {
  const folder = resolve(options.folder);
  const isThere = options.databaseUrl !== undefined || existsSync(join(folder, storeFile));
  if (!isThere) throw new LatchkeyError('data.noStore', { folder });
  try {
    return await openStore(options);
  } catch (error) {
    if (!(error instanceof LatchkeyError) || error.code !== 'data.locked') throw error;
    return open({ ...options, folder }, async ({ reader }) => {
      if (!(await isCurrent(reader))) throw error;
    });
  }
}

async function open(
  options: OpenStoreOptions,
  prepare: (opened: Opened) => Promise<void>,
  lock?: Disposable,
): Promise<Store> {
  const opened = options.databaseUrl
    ? openPostgres(options.databaseUrl, options)
    : openSqlite(join(options.folder, storeFile));
  try {
    await prepare(opened).catch((error: unknown) => {
      throw opened.explain(error);
    });
    const { value: id } = await opened.reader
      .selectFrom('meta')
      .select('value')
      .where('key', '=', 'store')
      .executeTakeFirstOrThrow();
    return new Store({
      id,
      engine: opened.engine,
      reader: opened.reader,
      writer: opened.writer,
      onError: options.onError ?? (() => {}),
      onClose: async () => lock?.dispose(),
    });
  } catch (error) {
    await Promise.allSettled([opened.reader.destroy(), opened.writer.destroy()]);
    throw error;
  }
}

interface Opened {
  readonly engine: 'sqlite' | 'postgres';
  readonly name: string;
  readonly reader: Kysely<Tables>;
  readonly writer: Kysely<Tables>;
  readonly explain: (error: unknown) => unknown;
}

function openSqlite(file: string): Opened {
  const explain = (error: unknown): unknown =>
    isDamage(error)
      ? new LatchkeyError('data.damaged', { file, problem: (error as Error).message }, { cause: error })
      : error;
  const databases: DatabaseSync[] = [];
  try {
    const writer = new DatabaseSync(file, { timeout: 5000 });
    databases.push(writer);
    if (process.platform !== 'win32') chmodSync(file, 0o600);
    writer.exec('pragma journal_mode = wal; pragma synchronous = full');
    // What a savepoint would bring back: a file for it, with two writes for each page, costs more than the change itself.
    writer.exec('pragma temp_store = memory');
    checkIntegrity(writer, file);
    // Reads have a connection of their own, so that they never see what is not committed.
    const reader = new DatabaseSync(file, { timeout: 5000 });
    databases.push(reader);
    reader.exec('pragma query_only = on');
    const kysely = (database: DatabaseSync): Kysely<Tables> =>
      new Kysely<Tables>({ dialect: new SqliteDialect({ database: new CachingSqliteDatabase(database) }) });
    return { engine: 'sqlite', name: file, reader: kysely(reader), writer: kysely(writer), explain };
  } catch (error) {
    for (const database of databases) database.close();
    throw explain(error);
  }
}

function checkIntegrity(database: DatabaseSync, file: string): void {
  const [row] = database.prepare('pragma quick_check(1)').all();
  const problem = String(Object.values(row ?? {})[0]);
  if (problem !== 'ok') throw new LatchkeyError('data.damaged', { file, problem });
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, with what is added to them in extended codes. */
const isDamage = (error: unknown): boolean => [11, 26].includes(((error as { errcode?: number }).errcode ?? 0) & 0xff);

const int8 = 20;

function openPostgres(url: string, options: OpenStoreOptions): Opened {
  // 64-bit integers as numbers, as SQLite gives them: times and counts stay far below 2^53.
  const types: pg.CustomTypesConfig = {
    getTypeParser: ((oid: number, format?: 'text') =>
      oid === int8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
  };
  const kysely = (max: number): Kysely<Tables> => {
    const pool = new pg.Pool({ connectionString: url, max, types, connectionTimeoutMillis: 10_000 });
    // A connection that breaks while it is idle; the pool makes another when one is needed.
    pool.on('error', (error) => options.onError?.(error));
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  };
  const { host, pathname } = new URL(url);
  const name = `${host}${pathname}`;
  const explain = (error: unknown): unknown => {
    if (error instanceof LatchkeyError) return error;
    return new LatchkeyError('data.unreachable', { database: name, reason: describe(error) }, { cause: error });
  };
  return { engine: 'postgres', name, reader: kysely(8), writer: kysely(1), explain };
}

const describe = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ');
  return error instanceof Error ? error.message : String(error);
};
