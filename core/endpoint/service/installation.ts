import { spawn } from 'node:child_process';
import { access, constants, realpath, rm } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import { LatchkeyError } from '#protocol/errors.ts';
import { installRecord, type InstallRecord } from '#protocol/installers.ts';
import { readJsonFile } from '../data-folder/atomic-file.ts';
import { defaultDataFolder } from '../data-folder/data-folder.ts';
import { runProgram } from '../facts/run-program.ts';
import { programFile } from '../program/single-program.ts';
import { isElevated } from '../windows/file-security.ts';
import { systemFolder } from '../windows/windows-api.ts';
import { folderName, unregisterProgram } from './windows/windows-installation.ts';

/** The name of the program's folder, of its unit, and of the package. */
const ownName = 'latchkey-endpoint';
export const unitName = `${ownName}.service`;

/** How an installer put the endpoint onto this computer. */
export interface Installation {
  readonly record: InstallRecord;
  /** The program's folder, as it really stands: `root` is part of it. */
  readonly folder: string;
  /** What the installer brought along to join with; gone once it has. */
  readonly configFile: string;
}

/**
 * The installation that this program is part of.
 * @param program the file that runs
 * @returns undefined where it was not installed: started from a source tree, or copied there by hand
 * @throws LatchkeyError `endpoint.dataDamaged`
 */
export async function findInstallation(program = programFile()): Promise<Installation | undefined> {
  if (!program) return undefined;
  const folder = dirname(await realpath(program).catch(() => program));
  const record = await readJsonFile(join(folder, 'install.json'), installRecord);
  if (!record) return undefined;
  const stray = record.files.find((file) => !isOwnFile(file));
  const expected = process.platform === 'win32' ? folderName : ownName;
  if (basename(folder) !== expected || stray !== undefined) {
    // Deleting by a list that somebody changed could take anything along.
    throw new LatchkeyError('endpoint.dataDamaged', { file: join(folder, 'install.json'), problem: stray ?? 'folder' });
  }
  return { record, folder, configFile: join(folder, 'installer.json') };
}

const isOwnFile = (file: string): boolean =>
  isAbsolute(file) &&
  normalize(file) === file &&
  [ownName, unitName, `${ownName}.desktop`, `${ownName}.plist`].includes(basename(file));

/** The data folder of an installed endpoint. */
export function installedDataFolder({ record }: Installation): string {
  if (process.platform === 'win32') return defaultDataFolder();
  const folder = record.format === 'pkg' ? 'Library/Application Support/Latchkey Endpoint' : join('var/lib', ownName);
  return join(record.root || '/', folder);
}

/** @throws LatchkeyError `endpoint.needsRoot` where this account may not take the installation away */
export async function assertRemovable({ folder }: Installation): Promise<void> {
  if (process.platform === 'win32') {
    // Windows answers `access` by the file's attributes alone.
    if (!isElevated()) throw new LatchkeyError('endpoint.needsRoot');
    return;
  }
  try {
    await access(dirname(folder), constants.W_OK);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new LatchkeyError('endpoint.needsRoot', {}, { cause: error });
  }
}

/** Whether systemd runs this computer and this installation has its unit there. */
export async function hasUnit({ record }: Installation): Promise<boolean> {
  if (record.root || !record.files.some((file) => file.endsWith('.service'))) return false;
  return access('/run/systemd/system').then(
    () => true,
    () => false,
  );
}

/** Takes the program off the computer. What belongs to a package goes by the package manager. */
export async function uninstall(installation: Installation): Promise<void> {
  if (process.platform === 'win32') {
    const { product } = installation.record;
    return product === undefined ? unregisterProgram(installation.folder) : removeProduct(product);
  }
  if (installation.record.format === 'deb') return purgePackage(installation.record.root);
  const { record, folder } = installation;
  const unit = await hasUnit(installation);
  // Not stopped: it may be this very process, which ends by itself.
  if (unit) await runProgram('systemctl', ['disable', unitName]);
  for (const file of record.files) await rm(join(record.root || '/', file), { force: true });
  await rm(folder, { recursive: true, force: true });
  if (record.format === 'pkg' && !record.root) {
    await runProgram('pkgutil', ['--forget', ownName]);
    // Last: where this process is the daemon's, it ends with it.
    await runProgram('launchctl', ['bootout', `system/${ownName}`]);
  }
  if (unit) await runProgram('systemctl', ['daemon-reload']);
}

/** Windows Installer ends the service itself, so this must not be part of it. */
function removeProduct(product: string): void {
  const child = spawn(join(systemFolder(), 'msiexec.exe'), ['/x', product, '/qn', '/norestart'], {
    detached: true,
    stdio: 'ignore',
    cwd: systemFolder(),
  });
  child.once('error', () => {});
  child.unref();
}

/** Runs apart from this process: the package's script stops the service, and with it all that the service started. */
async function purgePackage(root: string): Promise<void> {
  const purge = [...(root ? [`--root=${root}`] : []), '--purge', ownName];
  const underSystemd = process.env['INVOCATION_ID'] !== undefined;
  if (underSystemd) {
    const transient = ['--collect', '--no-block', `--unit=${ownName}-removal`, 'dpkg', ...purge];
    if ((await runProgram('systemd-run', transient)) !== undefined) return;
  }
  const child = spawn('dpkg', purge, { detached: true, stdio: 'ignore' });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
}
