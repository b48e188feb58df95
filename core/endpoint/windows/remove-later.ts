import { spawn } from 'node:child_process';
import { systemFolder } from './windows-api.ts';

/**
 * Windows keeps the files of a program while it runs: one of its own programs clears them away once it has ended. It tries for
 * two minutes.
 */
export function removeAfterExit(folder: string): void {
  // The folder goes by the environment: nothing in its name is taken for a command.
  const attempt = 'rmdir /s /q "%LATCHKEY_FOLDER%" 2>nul & if not exist "%LATCHKEY_FOLDER%" exit';
  const commands = `for /l %i in (1,1,120) do (${attempt} & "${systemFolder()}\\ping.exe" -n 2 127.0.0.1 >nul)`;
  const child = spawn(`${systemFolder()}\\cmd.exe`, ['/d', '/c', commands], {
    detached: true,
    stdio: 'ignore',
    cwd: systemFolder(),
    windowsHide: true,
    windowsVerbatimArguments: true,
    env: { SystemRoot: process.env['SystemRoot'], LATCHKEY_FOLDER: folder },
  });
  child.once('error', () => {});
  child.unref();
}
