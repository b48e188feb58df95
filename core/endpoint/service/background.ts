import { spawn } from 'node:child_process';
import { parse } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import { programCommand } from '../program/single-program.ts';
import { runProgram } from '../facts/run-program.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';
import { runningProcess } from '../data-folder/folder-lock.ts';
import { hasUnit, unitName, type Installation } from './installation.ts';
import { serviceState, startService, stopService } from './windows/service-manager.ts';
import { serviceName } from './windows/windows-installation.ts';

/** Milliseconds. */
const patience = 15_000;

/**
 * Starts the endpoint in the background: by systemd where it runs the computer, else as a process of its own.
 * @returns the process, undefined where it ended at once: the log says why
 * @throws LatchkeyError `endpoint.alreadyRunning`
 */
export async function startInBackground(folder: DataFolder, installation?: Installation): Promise<number | undefined> {
  const running = runningProcess(folder);
  if (running !== undefined) {
    throw new LatchkeyError('endpoint.alreadyRunning', { folder: folder.path, process: String(running) });
  }
  let ended = false;
  if (installation && process.platform === 'win32') {
    await startService(serviceName);
  } else if (installation && (await hasUnit(installation))) {
    ended = (await runProgram('systemctl', ['start', unitName])) === undefined;
  } else {
    await folder.prepare();
    const [program, ...args] = [...programCommand(), 'run', '--data', folder.path];
    const child = spawn(program, args, { detached: true, stdio: 'ignore', cwd: parse(folder.path).root });
    child.once('exit', () => (ended = true));
    child.once('error', () => (ended = true));
    child.unref();
  }
  for (const end = Date.now() + patience; Date.now() < end && !ended; await delay(50)) {
    const started = runningProcess(folder);
    if (started !== undefined) return started;
  }
  return undefined;
}

/**
 * Stops the endpoint that runs on this folder, and waits until it has.
 * @returns whether one ran
 * @throws LatchkeyError `endpoint.stillRunning`, `endpoint.needsRoot`
 */
export async function stopBackground(folder: DataFolder, installation?: Installation): Promise<boolean> {
  // A service that has only just been started holds no folder yet.
  const service = installation && process.platform === 'win32' ? serviceState(serviceName) : undefined;
  if (service && !service.stopped && (await stopService(serviceName))) return true;
  const running = runningProcess(folder);
  if (running === undefined) return false;
  // systemd would start it anew where it is merely asked to end.
  if (installation && (await hasUnit(installation))) await runProgram('systemctl', ['stop', unitName]);
  for (let end = Date.now() + patience, asked = false; Date.now() < end; await delay(50)) {
    if (runningProcess(folder) === undefined) return true;
    if (!asked) terminate(running);
    asked = true;
  }
  throw new LatchkeyError('endpoint.stillRunning', { folder: folder.path, process: String(running) });
}

function terminate(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') throw new LatchkeyError('endpoint.needsRoot');
  }
}
