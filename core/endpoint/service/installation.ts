import { spawn } from 'node:child_process';
import { access, constants, readdir, realpath, rm } from 'node:fs/promises';
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

/** Whether what removes the installation ends this process, and takes the data along. */
export const handsOver = ({ record }: Installation): boolean => record.format === 'deb' || record.product !== undefined;

/** The program itself, and what says that it is installed: as long as these are there, it can be started anew and go on. */
const programFiles = ['latchkey-endpoint.cjs', 'node', 'install.json'];

/**
 * Takes the program off the computer. What belongs to a package goes by the package manager. Interrupted, it can be called
 * again: what starts the program goes last.
 * @param finish called once the program is gone, before what may end this process; never where `handsOver`
 * @param signal the package manager, where it does the rest, has this process end: it is not waited for any longer
 * @throws LatchkeyError, or the system's error
 */
export async function uninstall(
  installation: Installation,
  finish = async (): Promise<void> => {},
  signal?: AbortSignal,
): Promise<void> {
  if (process.platform === 'win32') {
    const { product } = installation.record;
    if (product !== undefined) return removeProduct(product);
    await unregisterProgram(installation.folder);
    return finish();
  }
  if (installation.record.format === 'deb') return purgePackage(installation.record.root, signal);
  const { record, folder } = installation;
  const unit = await hasUnit(installation);
  // Not stopped: it may be this very process, which ends by itself.
  if (unit) await runProgram('systemctl', ['disable', unitName]);
  const starts = (file: string): boolean => file.endsWith('.service') || file.endsWith('.plist');
  const remove = (file: string): Promise<void> => rm(join(record.root || '/', file), { force: true });
  for (const file of record.files) if (!starts(file)) await remove(file);
  for (const name of await readdir(folder)) {
    if (!programFiles.includes(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
  await rm(folder, { recursive: true, force: true });
  for (const file of record.files) if (starts(file)) await remove(file);
  await finish();
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
async function purgePackage(root: string, signal?: AbortSignal): Promise<void> {
  const purge = [...(root ? [`--root=${root}`] : []), '--purge', ownName];
  const underSystemd = process.env['INVOCATION_ID'] !== undefined;
  if (underSystemd) {
    const transient = ['--collect', '--no-block', `--unit=${ownName}-removal`, 'dpkg', ...purge];
    if ((await runProgram('systemd-run', transient)) !== undefined) return;
  }
  const child = spawn('dpkg', purge, { detached: true, stdio: 'ignore' });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`dpkg --purge: ${code}`))));
    signal?.addEventListener('abort', () => {
      child.unref();
      resolve();
    });
  });
}
