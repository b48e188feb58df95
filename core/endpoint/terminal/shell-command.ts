import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import type { ComputerUser } from '../accounts/accounts.ts';
import { runProgram } from '../facts/run-program.ts';
import type { ProgramStart } from './pseudo-terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What belongs to the terminal that this program was started in, and to this program. */
const foreign =
  /^(TMUX|TMUX_PANE|STY|WINDOW|WINDOWID|TERMCAP|COLUMNS|LINES|INVOCATION_ID|JOURNAL_STREAM|NODE_\w+|npm_\w+|LATCHKEY_\w+|NOTIFY_SOCKET)$/;

/**
 * What starts the shell of an account as a sign-in does. For an account other than one's own the system's own `su` (Linux)
 * or `login` (macOS) opens it, called by root, which they ask no password of: the account was checked before. `su` is deaf to the
 * hang-up that the terminal's first process gets, so that a plain shell is put in front of it: when that goes, the system has
 * the program in the foreground hang up too, whatever became of the endpoint.
 */
export async function shellCommand(user: ComputerUser, env: Environment = process.env): Promise<ProgramStart> {
  const terminal = { TERM: 'xterm-256color', COLORTERM: 'truecolor', ...localeOf(env) };
  if (process.getuid?.() === user.uid) {
    const own = Object.entries(env).filter((entry): entry is [string, string] => !foreign.test(entry[0]) && !!entry[1]);
    const { home: HOME, name, shell: SHELL } = user;
    const cwd = existsSync(HOME) ? HOME : '/';
    const who = { HOME, SHELL, USER: name, LOGNAME: name, PWD: cwd };
    return {
      file: SHELL,
      args: ['-l'],
      cwd,
      env: { PATH: systemPath, ...Object.fromEntries(own), ...who, ...terminal },
    };
  }
  // As sign-ins have it; a service is stricter with what it writes itself.
  const start = { cwd: '/', env: { PATH: systemPath, ...terminal }, umask: 0o022 };
  if (process.platform === 'darwin') return { ...start, file: '/usr/bin/login', args: ['-fpq', user.name] };
  const su = ['-l', ...(await keepLocale()), '--', user.name];
  return { ...start, file: 'sh', args: ['-c', 'su "$@"; exit $?', 'sh', ...su] };
}

export const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(
  delimiter,
);

/** Programs are to speak UTF-8, in the computer's own language where that is known. */
function localeOf(env: Environment): Record<string, string> {
  const isUtf8 = (value: string | undefined): value is string => /utf-?8/i.test(value ?? '');
  const current = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  if (isUtf8(current)) return { LANG: isUtf8(env['LANG']) ? env['LANG'] : current };
  return { LANG: process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8' };
}

let suKeepsLocale: Promise<string[]> | undefined;

/** A login shell gets a clean environment; only the `su` of util-linux can be told to leave these. */
function keepLocale(): Promise<string[]> {
  suKeepsLocale ??= runProgram('su', ['--version']).then((text) =>
    text?.includes('util-linux') ? ['-w', 'LANG,COLORTERM'] : [],
  );
  return suKeepsLocale;
}
