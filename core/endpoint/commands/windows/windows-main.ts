import { chooseLanguage } from '#core/base/l10n/localizer.ts';
import { installRecord, windowsInstallation } from '#protocol/installers.ts';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { purposeOf } from '../../customer-app/app-config-file.ts';
import { DataFolder, defaultDataFolder } from '../../data-folder/data-folder.ts';
import { LogFile } from '../../log/log-file.ts';
import { readJsonFile } from '../../data-folder/atomic-file.ts';
import { runEndpointCli, type ProcessLike } from '../../endpoint-cli.ts';
import { readOverlay } from '../../program/overlay.ts';
import { programFile } from '../../program/single-program.ts';
import { systemLanguage } from '../../program/system-language.ts';
import { runAsService } from '../../service/windows/windows-service.ts';
import { placeCarried, removeCarried, serviceName } from '../../service/windows/windows-installation.ts';
import { installCommand, runOrderedInstallation } from '../../set-up/windows/app-installer.ts';
import { runApp, showerFlag } from '../../set-up/windows/run-app.ts';
import { runInstaller } from '../../set-up/windows/run-installer.ts';
import { removeRegistryKey } from '../../windows/registry.ts';
import { ComputerFacts } from '../../facts/computer-facts.ts';
import { takeLeave } from '../remove-command.ts';
import { forgetTrays, startTrays, traysGone } from '../../tray/windows/tray-entry.ts';
import { isElevated } from '../../windows/file-security.ts';
import { loadApart, scratchFolder } from '../../windows/koffi.ts';
import { askYesNo, showMessage } from '../../windows/message-box.ts';
import { removeAfterExit } from '../../windows/remove-later.ts';
import { runElevated } from '../../windows/run-elevated.ts';
import { endpointTexts, type EndpointIo } from '../endpoint-io.ts';
import { trayCommand } from './tray-command.ts';

/** Behind a command: whoever sits there sees what went wrong in a window. */
const windowFlag = '--window';

/**
 * What the Windows program does beside the command line that it shares with other systems: it is its own installer, the service,
 * and what *Programs and Features* calls.
 * @param args the command line
 * @returns the exit code
 */
export async function runOnWindows(args: readonly string[], world: ProcessLike): Promise<number> {
  try {
    return await dispatch(args, world);
  } finally {
    const scratch = scratchFolder();
    if (scratch !== undefined) removeAfterExit(scratch);
  }
}

async function dispatch(args: readonly string[], world: ProcessLike): Promise<number> {
  const [command, ...rest] = args;
  if (command === 'service') return service(world);
  if (command === windowsInstallation.leaveCommand) return leave();
  if (command === windowsInstallation.stepAsideCommand) return stepAside();
  if (command === 'tray') return tray(world);
  if (command === 'remove' && rest.includes('--window')) return removeWithWindow(world);
  if (command !== undefined && rest.includes(windowFlag))
    return inWindow(
      args.filter((arg) => arg !== windowFlag),
      world,
    );
  const file = programFile();
  if (command === installCommand) {
    const size = (await readOverlay(file))?.programSize ?? (await stat(file)).size;
    return runOrderedInstallation(rest[0] ?? '', size);
  }
  if (command !== undefined && command !== showerFlag && !command.startsWith('/')) return runEndpointCli(args, world);
  const overlay = await readOverlay(file);
  const purpose = overlay && purposeOf(overlay.config);
  if (overlay && purpose) return runApp(purpose, file, overlay, args, ioOf(world));
  if (overlay) return runInstaller(file, overlay, args, ioOf(world));
  // The installed program, double-clicked.
  const installed = await readJsonFile(join(dirname(file), 'install.json'), installRecord).catch(() => undefined);
  if (installed) return runEndpointCli(['open'], world);
  const localizer = texts();
  await showMessage(localizer.t('install.title'), localizer.t('install.nothing'), 'error');
  return 2;
}

/** Windows's own list of services says how it stands; what went wrong is in the log. */
async function service(world: ProcessLike): Promise<number> {
  let code = 0;
  // A package brings the program alone.
  await placeCarried(dirname(programFile()));
  const log = new LogFile(new DataFolder(defaultDataFolder()).logFile);
  startTrays(programFile(), (problem) => log.write(problem));
  await runAsService(serviceName, async (signal) => {
    let last = '';
    code = await runEndpointCli(['run'], { ...world, signal, out: () => {}, err: (text) => (last = text) });
    // Why it ended was said last, to nobody.
    if (code !== 0) log.write(last);
    return code;
  });
  return code;
}

/** Windows keeps what is in use: icons go, and come again with the service of the version that follows. */
async function stepAside(): Promise<number> {
  // First, while nothing has loaded what lies beside the program.
  loadApart();
  forgetTrays();
  await traysGone(dirname(programFile()));
  return 0;
}

/** Before a package takes the program away: what the program itself has left on the computer goes. */
async function leave(): Promise<number> {
  await stepAside();
  await removeCarried(dirname(programFile()));
  const folder = new DataFolder(defaultDataFolder());
  await takeLeave(folder, new ComputerFacts());
  await folder.erase();
  removeRegistryKey(windowsInstallation.registryKey);
  return 0;
}

/** From *Programs and Features*, where somebody is there to be asked. */
async function removeWithWindow(world: ProcessLike): Promise<number> {
  const localizer = texts();
  const title = localizer.t('install.title');
  if (!isElevated()) return (await runElevated(programFile(), ['remove', '--window'])) ?? 1;
  if (!(await askYesNo(title, localizer.t('remove.question')))) return 1;
  const lines: string[] = [];
  const say = (text: string): void => void lines.push(text);
  const code = await runEndpointCli(['remove'], { ...world, out: say, err: say });
  await showMessage(title, lines.join('\n'), code === 0 ? 'information' : 'error');
  return code;
}

/** The icon of whoever sits there. */
async function tray(world: ProcessLike): Promise<number> {
  await trayCommand({ runHere: (args) => inWindow(args, world) }, ioOf(world));
  return 0;
}

/** A command whose failure is shown in a window: there is no terminal. */
async function inWindow(args: readonly string[], world: ProcessLike): Promise<number> {
  const lines: string[] = [];
  const code = await runEndpointCli(args, { ...world, out: () => {}, err: (text) => lines.push(text) });
  if (code !== 0) await showMessage(texts().t('install.title'), lines.at(-1) ?? '', 'error');
  return code;
}

const texts = (): ReturnType<typeof endpointTexts> => endpointTexts(chooseLanguage([systemLanguage()]));

const ioOf = (world: ProcessLike): EndpointIo => ({
  env: world.env,
  signal: world.signal,
  localizer: texts(),
  result: (value) => world.out(JSON.stringify(value)),
  note: (text) => world.err(text),
});
