import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { version } from '#core/base/version.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { InstallRecord } from '#protocol/installers.ts';
import { keepToOwner, writeJsonFile } from '../../data-folder/atomic-file.ts';
import { carriedFile, carriedFiles } from '../../program/single-program.ts';
import { nativeFile } from '../../windows/koffi.ts';
import { knownFolder } from '../../windows/known-folders.ts';
import { removeRegistryKey, removeRegistryValue, writeRegistry } from '../../windows/registry.ts';
import { removeAfterExit } from '../../windows/remove-later.ts';
import { registerService, unregisterService } from './service-manager.ts';

/** The service, and the entry among the installed programs. */
export const serviceName = 'LatchkeyEndpoint';
export const folderName = 'Latchkey Endpoint';
export const programName = 'latchkey-endpoint.exe';
const uninstallKey = `SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\${serviceName}`;
const signInKey = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run';
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
    for (const name of carriedFiles()) {
      const content = carriedFile(name);
      if (!content) continue;
      const file = join(folder, name);
      await mkdir(dirname(file), { recursive: true });
      await replace(file, (target) => writeFile(target, content));
    }
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') throw new LatchkeyError('endpoint.needsRoot', {}, { cause: error });
    throw new LatchkeyError('file.unwritable', { file: path ?? folder, reason: code ?? (error as Error).message });
  }
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

/** The service, the entry among the programs, and the icon for whoever signs in. */
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
  writeRegistry(signInKey, { [serviceName]: `"${program}" tray` });
}

/** Takes all of it off the computer again. What runs out of the folder, this program too, goes when it has ended. */
export async function unregisterProgram(folder: string): Promise<void> {
  await unregisterService(serviceName);
  removeRegistryKey(uninstallKey);
  removeRegistryValue(signInKey, serviceName);
  // What the icon's program looks at: it ends when the record is gone.
  for (const name of ['install.json', 'installer.json', nativeFile])
    await rm(join(folder, name), { force: true }).catch(() => {});
  await rm(folder, { recursive: true, force: true }).catch(() => removeAfterExit(folder));
}
