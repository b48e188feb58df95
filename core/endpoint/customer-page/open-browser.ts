import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { shellOpen } from '../windows/shell-open.ts';
import { asUser, environmentOf, type DesktopUser } from './desktop-user.ts';

/** Milliseconds: a program that still runs then shows something. */
const settled = 3000;

type Environment = Readonly<Record<string, string | undefined>>;
type Command = readonly [program: string, ...args: string[]];

/**
 * Opens a file in the browser of whoever sits there.
 * @returns whether one was found that took it
 */
export async function openInBrowser(file: string, user: DesktopUser, env: Environment): Promise<boolean> {
  if (process.platform === 'win32') return shellOpen(file);
  const address = pathToFileURL(file).href;
  for (const command of browserCommands(address, env)) {
    const isMac = process.platform === 'darwin';
    if (await start(isMac ? inSessionOf(user, command) : command, user, env)) return true;
  }
  return false;
}

/** What is tried, in this order: `$BROWSER` first, which may name several, each with a place for the address. */
export function browserCommands(
  address: string,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Command[] {
  const chosen = (env['BROWSER'] ?? '')
    .split(':')
    .map((command) => command.trim().split(/\s+/).filter(Boolean))
    .filter((words) => words.length > 0)
    .map((words) => {
      const filled = words.map((word) => word.replaceAll('%s', address));
      return (words.some((word) => word.includes('%s')) ? filled : [...words, address]) as unknown as Command;
    });
  if (platform === 'darwin') return [...chosen, ['open', address]];
  // Without a desktop, these would put a text browser over what the terminal shows.
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return chosen;
  return [...chosen, ['xdg-open', address], ['gio', 'open', address], ['sensible-browser', address]];
}

/** Root's programs are in no session of macOS's that has a screen: what shows something has to begin in the user's. */
export const inSessionOf = ({ other, uid, name }: DesktopUser, command: Command): Command =>
  other ? ['launchctl', 'asuser', String(uid), 'sudo', '-u', name, '--', ...command] : command;

function start([program, ...args]: Command, user: DesktopUser, env: Environment): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      detached: true,
      stdio: 'ignore',
      cwd: '/',
      env: environmentOf(user, env),
      // `launchctl asuser` takes root.
      ...(process.platform !== 'darwin' && asUser(user)),
    });
    const timer = setTimeout(() => resolve(true), settled);
    timer.unref();
    child.once('error', () => {
      clearTimeout(timer);
      resolve(false);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
    child.unref();
  });
}
