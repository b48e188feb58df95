import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { version } from '#core/base/version.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { windowsInstallation, type InstallRecord } from '#protocol/installers.ts';
import { keepToOwner, writeJsonFile } from '../../data-folder/atomic-file.ts';
import { carriedFile, carriedFiles } from '../../program/single-program.ts';
import { nativeFile } from '../../windows/koffi.ts';
import { knownFolder } from '../../windows/known-folders.ts';
import { removeRegistryKey, writeRegistry } from '../../windows/registry.ts';
import { removeAfterExit } from '../../windows/remove-later.ts';
import { forgetTrays } from '../../tray/windows/tray-entry.ts';
import { registerService, unregisterService } from './service-manager.ts';

/** The service, and the entry among the installed programs. */
export const { service: serviceName, folder: folderName, program: programName } = windowsInstallation;
const uninstallKey = `SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\${serviceName}`;
/** What an earlier version's files are called while something still runs from them. */
const aside = '.old-';

export const programFolder = (): string => join(knownFolder('programFiles'), folderName);

/**
 * Puts this program's files where they belong; what is there is replaced, also while it runs.
 * @throws LatchkeyError `endpoint.needsRoot`, `file.unwritable`
 */
export async function placeProgram(copyProgram: (target: string) => Promise<void>, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await clearOld(folder);
    await replace(join(folder, programName), copyProgram);
    await placeCarried(folder);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') throw new LatchkeyError('endpoint.needsRoot', {}, { cause: error });
    throw new LatchkeyError('file.unwritable', { file: path ?? folder, reason: code ?? (error as Error).message });
  }
}

/** Puts what the program carries beside it; what is there already, and the same, is left alone. */
export async function placeCarried(folder: string): Promise<void> {
  for (const name of carriedFiles()) {
    const content = carriedFile(name);
    const file = join(folder, name);
    if (!content || (await readFile(file).catch(() => undefined))?.equals(content)) continue;
    await mkdir(dirname(file), { recursive: true });
    await replace(file, (target) => writeFile(target, content));
  }
}

/** The other way round. What is in use now goes with the program. */
export async function removeCarried(folder: string): Promise<void> {
  for (const name of carriedFiles()) await rm(join(folder, name), { force: true }).catch(() => {});
  await rmdir(join(folder, 'consent')).catch(() => {});
}

/** Windows lets a file be renamed that is running, and not deleted. */
async function replace(file: string, write: (target: string) => Promise<void>): Promise<void> {
  const fresh = `${file}.new`;
  await rm(fresh, { force: true });
  await write(fresh);
  const old = `${file}${aside}${randomBytes(4).toString('hex')}`;
  const moved = await rename(file, old).then(
    () => true,
    () => false,
  );
  await rename(fresh, file);
  if (moved) await rm(old, { force: true }).catch(() => {});
}

async function clearOld(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.includes(aside)) await rm(join(folder, name), { force: true }).catch(() => {});
}

/** The configuration holds a token: it is closed before anything is in it. */
export async function placeConfig(folder: string, config: string): Promise<void> {
  const file = join(folder, 'installer.json');
  await writeFile(file, '');
  await keepToOwner(file, 0o600);
  await writeFile(file, config, { flag: 'r+' });
}

export async function placeRecord(folder: string, format: InstallRecord['format']): Promise<void> {
  await writeJsonFile(join(folder, 'install.json'), { format, version, files: [], root: '' } satisfies InstallRecord);
}

/** The service, and the entry among the programs. */
export function registerProgram(folder: string, description: string): void {
  const program = join(folder, programName);
  registerService({
    name: serviceName,
    displayName: folderName,
    description,
    command: `"${program}" service`,
  });
  writeRegistry(uninstallKey, {
    DisplayName: folderName,
    DisplayVersion: version,
    DisplayIcon: `${program},0`,
    Publisher: 'Latchkey',
    InstallLocation: folder,
    UninstallString: `"${program}" remove --window`,
    QuietUninstallString: `"${program}" remove`,
    EstimatedSize: 90_000,
    NoModify: 1,
    NoRepair: 1,
  });
}

/** Takes all of it off the computer again. What runs out of the folder, this program too, goes when it has ended. */
export async function unregisterProgram(folder: string): Promise<void> {
  await unregisterService(serviceName);
  forgetTrays();
  removeRegistryKey(uninstallKey);
  // Without these, what is left until this program has ended is no installation any more.
  for (const name of ['install.json', 'installer.json', nativeFile])
    await rm(join(folder, name), { force: true }).catch(() => {});
  await rm(folder, { recursive: true, force: true }).catch(() => removeAfterExit(folder));
}
