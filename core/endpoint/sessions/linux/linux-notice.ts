import { spawn } from 'node:child_process';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../facts/run-program.ts';
import { systemPath } from '../../terminal/shell-command.ts';

/** Milliseconds for one of the system's programs. */
const patience = 10_000;

export interface LinuxNoticeOptions {
  /** Where programs are looked for. */
  readonly path?: string;
  /** Where each user's session bus stands, below the user's number. */
  readonly runtime?: string;
}

interface Desktop {
  readonly uid: number;
  readonly gid: number;
  readonly bus: string;
}

/** Shows a notification on every desktop, and a line on every terminal that somebody signed in at. */
export async function showOnLinux(title: string, text: string, options: LinuxNoticeOptions = {}): Promise<void> {
  const { path = process.env['PATH'] ?? systemPath, runtime = '/run/user' } = options;
  const root = process.getuid?.() === 0;
  const desktops = await findDesktops(path, runtime);
  const mine = desktops.filter(({ uid }) => root || uid === process.getuid?.());
  // The line's beginning is a name of ours: nothing in a technician's name is taken for an option.
  const line = `${title}: ${text}`;
  await Promise.all([
    run('wall', root ? ['-n', line] : [line], { PATH: path, LANG: 'C.UTF-8' }),
    ...mine.map(({ uid, gid, bus }) => {
      const env = {
        PATH: path,
        DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}`,
        XDG_RUNTIME_DIR: join(runtime, String(uid)),
      };
      const args = ['--app-name=Latchkey', '--icon=network-workgroup', '--', title, escapeMarkup(text)];
      return run('notify-send', args, { ...env, LANG: 'C.UTF-8' }, root ? { uid, gid } : {});
    }),
  ]);
}

/** Users with a graphical session; where nothing tells which those are, all that have a session bus. */
async function findDesktops(path: string, runtime: string): Promise<Desktop[]> {
  const graphical = await graphicalUsers(path);
  const users = graphical ?? (await readdir(runtime).catch(() => [])).map(Number).filter((uid) => uid > 0);
  const found = await Promise.all(
    [...new Set(users)].map(async (uid): Promise<Desktop | undefined> => {
      const bus = join(runtime, String(uid), 'bus');
      const there = await access(bus).then(
        () => true,
        () => false,
      );
      const gid = Number((await runProgram('getent', ['passwd', String(uid)]))?.split(':')[3]);
      return there && Number.isInteger(gid) ? { uid, gid, bus } : undefined;
    }),
  );
  return found.filter((desktop) => desktop !== undefined);
}

async function graphicalUsers(path: string): Promise<number[] | undefined> {
  const list = await output('loginctl', ['list-sessions', '--no-legend'], path);
  if (list === undefined) return undefined;
  const ids = list.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || []);
  const sessions = await Promise.all(
    ids.map((id) => output('loginctl', ['show-session', id, '-p', 'User', '-p', 'Type', '-p', 'Class'], path)),
  );
  return sessions.flatMap((session = '') => {
    const user = /^User=(\d+)$/m.exec(session)?.[1];
    return user && /^Type=(x11|wayland|mir)$/m.test(session) && /^Class=user/m.test(session) ? [Number(user)] : [];
  });
}

/** A notification's text may hold marks; ours holds none. */
const escapeMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function run(program: string, args: string[], env: Record<string, string>, ids = {}): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', cwd: '/', env, timeout: patience, ...ids });
    // Not there, or nobody to show it: no computer has all of them.
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
}

function output(program: string, args: string[], path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const env = { PATH: path, LC_ALL: 'C' };
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], cwd: '/', env, timeout: patience });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve(code === 0 ? text : undefined));
  });
}
