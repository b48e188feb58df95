import { access, rm } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { exitCodeOf, LatchkeyError } from '#protocol/errors.ts';
import type { InstallRecord } from '#protocol/installers.ts';
import { hubAwaySeconds } from '#protocol/sessions.ts';
import { DataFolder, defaultDataFolder } from '../../data-folder/data-folder.ts';
import { writeJsonFile } from '../../data-folder/atomic-file.ts';
import { lockFolder } from '../../data-folder/folder-lock.ts';
import { readEnrolment, type Enrolment } from '../../enrolment/enrolment-file.ts';
import { sayFarewell } from '../../enrolment/leave.ts';
import type { Invitation } from '../../enrolment/invitation.ts';
import { existingEnrolment, join } from '../../enrolment/join.ts';
import { ComputerFacts } from '../../facts/computer-facts.ts';
import { copyProgram } from '../../program/carried-signature.ts';
import { startService, stopService } from '../../service/windows/service-manager.ts';
import type { SealedPassword } from '../../passwords/windows/windows-vault.ts';
import {
  placeConfig,
  placeProgram,
  placeRecord,
  programFolder,
  registerProgram,
  serviceName,
  unregisterProgram,
} from '../../service/windows/windows-installation.ts';
import { isElevated } from '../../windows/file-security.ts';

/** Of `exitCodeOf`. */
const unreachable = 4;

export interface InstallOptions {
  /** The executable that runs, and how much of it is the program: what is behind stays where it is. */
  readonly program: { readonly file: string; readonly size: number };
  readonly format: InstallRecord['format'];
  /** The installer's configuration, as it is kept until the computer has joined; without one, it joins now or not at all. */
  readonly config?: string | undefined;
  /** The customer's, to be kept. */
  readonly password?: SealedPassword | undefined;
  readonly invitation: Invitation;
  /** What the list of services says. */
  readonly description: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Installed {
  /** Undefined where the hub could not be reached: the service goes on trying. */
  readonly enrolment: Enrolment | undefined;
  /** An installation was there already, and is now of this version. */
  readonly upgraded: boolean;
}

/**
 * Installs this program for good: files, service and entries, and joins. Where the hub refuses, nothing of a first installation
 * is left.
 * @throws LatchkeyError `endpoint.needsRoot`, `endpoint.alreadyJoined`, `endpoint.folderNotOwn`, `file.unwritable`, or why the
 *   hub refused
 */
export async function installProgram(options: InstallOptions): Promise<Installed> {
  const { program, format, config, invitation, description } = options;
  if (!isElevated()) throw new LatchkeyError('endpoint.needsRoot');
  const target = programFolder();
  const data = new DataFolder(defaultDataFolder());
  // Refused before anything is touched.
  const known = await existingEnrolment(data, invitation);
  const upgraded = await exists(joinPath(target, 'install.json'));
  await stopService(serviceName);
  try {
    // Without what an installer carries behind it: the token stays out of the installed program.
    await placeProgram((file) => copyProgram(program.file, program.size, file), target);
    if (config !== undefined) await placeConfig(target, config);
    await placeRecord(target, format);
    const enrolment = known ?? (await joinNow(data, invitation, config === undefined, options.signal));
    if (options.password) await writeJsonFile(data.passwordFile, options.password);
    if (enrolment) await rm(joinPath(target, 'installer.json'), { force: true });
    registerProgram(target, description);
    await startService(serviceName);
    return { enrolment, upgraded };
  } catch (error) {
    if (upgraded) await startService(serviceName).catch(() => {});
    else await undo(target, data);
    throw error;
  }
}

/** @returns undefined where the hub is not there now */
async function joinNow(
  data: DataFolder,
  invitation: Invitation,
  needed: boolean,
  signal: AbortSignal | undefined,
): Promise<Enrolment | undefined> {
  await data.prepare();
  const lock = lockFolder(data);
  try {
    const hubAway = needed ? hubAwaySeconds : 0;
    return await join(data, invitation, new ComputerFacts(), { hubAway, ...(signal && { signal }) });
  } catch (error) {
    if (!needed && exitCodeOf(error) === unreachable) return undefined;
    throw error;
  } finally {
    lock.dispose();
  }
}

async function undo(target: string, data: DataFolder): Promise<void> {
  if (await readEnrolment(data.enrolmentFile).catch(() => undefined)) await sayFarewell(data, new ComputerFacts());
  await data.erase().catch(() => false);
  await unregisterProgram(target).catch(() => {});
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
