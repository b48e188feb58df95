import { setTimeout as delay } from 'node:timers/promises';
import { dirname, join } from 'node:path';
import { windowsInstallation } from '#protocol/installers.ts';
import { otherProcessesOf } from '../../windows/processes-of.ts';
import { readRegistryText, removeRegistryValue, writeRegistry } from '../../windows/registry.ts';
import { startInSession } from '../../windows/start-in-session.ts';
import { userSessions } from '../../windows/user-sessions.ts';

/** What Windows starts for whoever signs in. */
const run = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run';
const name = windowsInstallation.service;
/** Milliseconds. */
const patience = 5000;

/** From now on the icon comes with each sign-in, and at once for whoever is signed in. Only the service may show it to them. */
export function startTrays(program: string, onProblem: (problem: string) => void): void {
  try {
    writeRegistry(run, { [name]: `"${program}" tray` });
    for (const { id } of userSessions()) startInSession(id, program, ['tray'], dirname(program));
  } catch (error) {
    // The service works without it.
    onProblem(`tray: ${(error as Error).message}`);
  }
}

/** Whether icons are still wanted: those that are there look, once the service has ended. */
export const isTrayWanted = (): boolean => readRegistryText(run, name) !== undefined;

/** No icon comes with the next sign-in, and those that are there go within moments; the service has to have ended. */
export const forgetTrays = (): void => removeRegistryValue(run, name);

/** Waits a few seconds for icons to go: Windows keeps a program's file while one runs. */
export async function traysGone(folder: string): Promise<void> {
  const program = join(folder, windowsInstallation.program);
  for (const end = Date.now() + patience; Date.now() < end && otherProcessesOf(program).length > 0;) await delay(100);
}
