import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { programCommand, programFile } from '../../program/single-program.ts';
import { runTray } from '../../tray/tray.ts';
import type { TrayCommand } from '../../tray/tray-view.ts';
import { becomeOnlyTray } from '../../tray/windows/only-tray.ts';
import { isTrayWanted } from '../../tray/windows/tray-entry.ts';
import { trayFeedPath } from '../../tray/windows/tray-feed-path.ts';
import { WindowsTray } from '../../tray/windows/windows-tray.ts';
import { isElevated } from '../../windows/file-security.ts';
import { showMessage } from '../../windows/message-box.ts';
import { runElevated } from '../../windows/run-elevated.ts';
import type { EndpointIo } from '../endpoint-io.ts';
import { endpointTexts } from '../endpoint-io.ts';

export interface TrayCommandOptions {
  /** Runs a command of this program's, and shows what went wrong. */
  readonly runHere: (args: readonly string[]) => Promise<unknown>;
}

/** Shows the icon for as long as whoever sits there is signed in; a second one ends at once. */
export async function trayCommand({ runHere }: TrayCommandOptions, io: EndpointIo): Promise<void> {
  const only = becomeOnlyTray();
  if (!only) return;
  const localizer = endpointTexts(io.localizer.language);
  const program = programFile();
  const act = async (command: TrayCommand): Promise<void> => {
    // What it takes to read, everybody has; what it takes to decide, Windows asks for.
    if (command === 'open' || isElevated()) await runHere([command]);
    else await runElevated(program, [command, '--window']);
  };
  const end = await runTray({
    icon: await WindowsTray.open(),
    feed: trayFeedPath,
    localizer,
    signal: io.signal,
    act,
    onProblem: (error) => void showMessage(localizer.t('install.title'), String((error as Error).message), 'error'),
    isInstalled: isTrayWanted,
  });
  only.dispose();
  if (end === 'closed') return;
  const [own, ...args] = [...programCommand(), 'tray'];
  spawn(own, args, { detached: true, stdio: 'ignore', cwd: dirname(program) })
    .once('error', () => {})
    .unref();
}
