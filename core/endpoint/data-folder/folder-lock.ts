import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Disposable } from '#core/base/lifecycle.ts';
import { processStart } from '../windows/process-start.ts';
import { temporarySuffix } from './atomic-file.ts';
import type { DataFolder } from './data-folder.ts';

const holder = z.object({
  process: z.number().int().positive(),
  /** When the process began, as the system counts it: process identifiers are used again. */
  began: z.string(),
});
type Holder = z.output<typeof holder>;

/** The lock in the folder that this process itself holds; a second one in the same process is refused as well. */
const ownLocks = new Set<string>();

/**
 * Takes the data folder for this process, so that two never speak with one key. A lock left behind by a process that
 * died, or by one before a restart of the computer, is taken over.
 * @throws LatchkeyError `endpoint.alreadyRunning` with the folder and the process
 */
export function lockFolder(folder: DataFolder): Disposable {
  const file = folder.lockFile;
  const refuse = (pid: number): never => {
    throw new LatchkeyError('endpoint.alreadyRunning', { folder: folder.path, process: String(pid) });
  };
  if (ownLocks.has(file)) refuse(process.pid);
  const mine = JSON.stringify({ process: process.pid, began: beginningOf(process.pid) ?? '' } satisfies Holder);
  const scratch = `${file}.${randomBytes(6).toString('hex')}${temporarySuffix}`;
  writeFileSync(scratch, mine, { mode: 0o600 });
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        // A link either appears whole or fails: nobody ever reads half a lock.
        linkSync(scratch, file);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 5) throw error;
      }
      const found = readLock(file);
      if (found && isAlive(found)) refuse(found.process);
      discardStale(file, found);
    }
  } finally {
    rmSync(scratch, { force: true });
  }
  ownLocks.add(file);
  return {
    dispose() {
      if (!ownLocks.delete(file)) return;
      if (readLock(file)?.process === process.pid) rmSync(file, { force: true });
    },
  };
}

/** The process that runs on this folder now, if one does. */
export function runningProcess(folder: DataFolder): number | undefined {
  const found = readLock(folder.lockFile);
  return found && isAlive(found) ? found.process : undefined;
}

function readLock(file: string): Holder | undefined {
  try {
    return holder.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Moves the stale lock away; where it turns out to be a fresh one that somebody else just took, puts it back. */
function discardStale(file: string, stale: Holder | undefined): void {
  const aside = `${file}.${randomBytes(6).toString('hex')}${temporarySuffix}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readLock(aside);
  if (moved && (moved.process !== stale?.process || moved.began !== stale.began) && isAlive(moved)) {
    try {
      linkSync(aside, file);
    } catch {
      // a third process was quicker: it holds the folder then, and the next attempt says so
    }
  }
  rmSync(aside, { force: true });
}

function isAlive({ process: pid, began }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = beginningOf(pid);
  return now === undefined || began === '' || now === began;
}

/** Boot and start time of a process on Linux, its start time on Windows; undefined where the system doesn't tell that way. */
function beginningOf(pid: number): string | undefined {
  try {
    if (process.platform === 'win32') return processStart(pid);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in brackets, may hold anything; field 22 is counted from behind it.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${ticks}`;
  } catch {
    return undefined;
  }
}
