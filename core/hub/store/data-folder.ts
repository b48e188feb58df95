import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Disposable } from '#core/base/lifecycle.ts';

const lockFile = 'hub.lock';
const processFile = 'hub.pid';

/**
 * Makes the hub's data folder where there is none, for its owner alone.
 * @returns its absolute path
 * @throws LatchkeyError `data.notWritable`
 */
export function openDataFolder(folder: string): string {
  const path = resolve(folder);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700);
    const probe = join(path, `.probe-${process.pid}`);
    closeSync(openSync(probe, 'w', 0o600));
    unlinkSync(probe);
  } catch (error) {
    throw new LatchkeyError('data.notWritable', { folder: path, reason: (error as Error).message }, { cause: error });
  }
  return path;
}

/**
 * Takes the data folder for this process. The system itself gives the lock back when the process ends, however it ends:
 * it is the file lock that SQLite holds during an exclusive transaction.
 * @throws LatchkeyError `data.locked` with the folder and the other process's identifier
 */
export function lockDataFolder(folder: string): Disposable {
  const file = join(folder, lockFile);
  closeSync(openSync(file, 'a', 0o600));
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    lock.close();
    if (!/locked|busy/i.test((error as Error).message)) throw error;
    throw new LatchkeyError('data.locked', { folder, process: holderOf(folder) }, { cause: error });
  }
  writeFileSync(join(folder, processFile), `${process.pid}\n`, { mode: 0o600 });
  return {
    dispose() {
      try {
        unlinkSync(join(folder, processFile));
      } catch {
        // gone already
      }
      lock.close();
    },
  };
}

function holderOf(folder: string): string {
  try {
    return readFileSync(join(folder, processFile), 'utf8').trim() || '?';
  } catch {
    return '?';
  }
}
