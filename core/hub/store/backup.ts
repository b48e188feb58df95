import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  openSync,
  closeSync,
  fsyncSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { LatchkeyError } from '#protocol/errors.ts';
import { newId } from '#core/base/ids.ts';
import { lockDataFolder, openDataFolder } from './data-folder.ts';
import { migrations } from './migrations/index.ts';
import { storeFile } from './open-store.ts';

export interface BackupProgress {
  /** 0 to 1. */
  readonly fraction: number;
}

/**
 * Copies the SQLite store into a new file, while the hub runs too. The file is whole or not there.
 * @throws LatchkeyError `data.noStore`, `file.exists`, `file.unwritable`, `data.damaged`
 */
export async function backUpStore(
  folder: string,
  file: string,
  onProgress: (progress: BackupProgress) => void = () => {},
): Promise<void> {
  const source = join(resolve(folder), storeFile);
  const target = resolve(file);
  if (!existsSync(source)) throw new LatchkeyError('data.noStore', { folder: resolve(folder) });
  if (existsSync(target)) throw new LatchkeyError('file.exists', { file: target });
  const partial = `${target}.${newId()}.partial`;
  const database = new DatabaseSync(source, { timeout: 5000 });
  try {
    database.exec('pragma query_only = on');
    makePrivate(partial, target);
    await backup(database, partial, {
      rate: 1000,
      progress: ({ totalPages, remainingPages }) =>
        onProgress({ fraction: totalPages === 0 ? 1 : (totalPages - remainingPages) / totalPages }),
    });
    checkStore(partial, source);
    renameSync(partial, target);
    sync(dirname(target));
  } catch (error) {
    throw explain(error, source, target);
  } finally {
    database.close();
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(partial + suffix, { force: true });
  }
}

/**
 * Puts a backup in the place of the store. What was there is kept beside it; sign-ins of the backup's time have ended, and
 * replicas notice that it is another store.
 * @returns the file that the former store is kept in; undefined where there was none
 * @throws LatchkeyError `data.locked` while a hub runs, `data.damaged`, `data.tooNew`, `file.unreadable`, `data.notWritable`
 */
export async function restoreStore(folder: string, file: string): Promise<string | undefined> {
  const source = resolve(file);
  try {
    closeSync(openSync(source, 'r'));
  } catch (error) {
    throw new LatchkeyError('file.unreadable', { file: source, reason: (error as Error).message }, { cause: error });
  }
  const path = openDataFolder(folder);
  const lock = lockDataFolder(path);
  const target = join(path, storeFile);
  const incoming = `${target}.restoring`;
  try {
    rmSync(incoming, { force: true });
    copyFileSync(source, incoming);
    chmodSync(incoming, 0o600);
    checkStore(incoming, source);
    makeAnotherStore(incoming);
    const former = setAside(target);
    renameSync(incoming, target);
    sync(path);
    return former;
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(incoming + suffix, { force: true });
    lock.dispose();
  }
}

/** @param name what the file is called in errors */
function checkStore(file: string, name: string): void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    const [row] = database.prepare('pragma integrity_check(1)').all();
    const problem = String(Object.values(row ?? {})[0]);
    if (problem !== 'ok') throw new LatchkeyError('data.damaged', { file: name, problem });
    const meta = database.prepare("select value from meta where key = 'version'").get();
    const version = Number(meta?.value);
    if (version > migrations.length) {
      throw new LatchkeyError('data.tooNew', { file: name, version, supported: migrations.length });
    }
  } catch (error) {
    if (error instanceof LatchkeyError) throw error;
    throw new LatchkeyError('data.damaged', { file: name, problem: (error as Error).message }, { cause: error });
  } finally {
    database?.close();
  }
}

function makeAnotherStore(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec('pragma journal_mode = delete; pragma synchronous = full; begin');
    database.prepare("update meta set value = ? where key = 'store'").run(newId());
    database.exec('delete from sign_ins; commit');
  } finally {
    database.close();
  }
  sync(file);
}

/** Keeps the present store under a name of its own; it stays in its place too, until the new one replaces it. */
function setAside(target: string): string | undefined {
  if (!existsSync(target)) return undefined;
  const former = `${target}.before-restore-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  try {
    // Brings what is still in the log into the file; a damaged store is kept as it is, log and all.
    const database = new DatabaseSync(target);
    try {
      database.exec('pragma wal_checkpoint(truncate); pragma journal_mode = delete');
    } finally {
      database.close();
    }
  } catch {
    if (existsSync(`${target}-wal`)) copyFileSync(`${target}-wal`, `${former}-wal`);
  }
  linkSync(target, former);
  for (const suffix of ['-wal', '-shm']) rmSync(target + suffix, { force: true });
  return former;
}

/** Makes the file before SQLite does, so that nobody else can ever read it. */
function makePrivate(file: string, name: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    throw new LatchkeyError('file.unwritable', { file: name, reason: (error as Error).message }, { cause: error });
  }
}

function sync(path: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function explain(error: unknown, source: string, target: string): unknown {
  if (error instanceof LatchkeyError) return error;
  const { errcode, message } = error as { errcode?: number; message: string };
  if (errcode !== undefined && [11, 26].includes(errcode & 0xff)) {
    return new LatchkeyError('data.damaged', { file: source, problem: message }, { cause: error });
  }
  return new LatchkeyError('file.unwritable', { file: target, reason: message }, { cause: error });
}
