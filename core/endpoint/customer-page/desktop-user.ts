import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { runProgram } from '../facts/run-program.ts';
import { signedInAccount } from '../windows/user-sessions.ts';

/** Whoever sits at the computer: the account whose browser shows the customer's page. */
export interface DesktopUser {
  readonly name: string;
  readonly home: string;
  /** On Unix; undefined elsewhere. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Whether that is another account than this program's, which then acts for it. */
  readonly other: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The account that this program was started from, by `sudo` or `pkexec` too. */
export async function desktopUser(env: Environment): Promise<DesktopUser> {
  const own = userInfo();
  const uid = own.uid === 0 ? Number(env['SUDO_UID'] ?? env['PKEXEC_UID']) : NaN;
  const other = Number.isInteger(uid) && uid > 0 ? await lookUp(uid) : undefined;
  if (other) return other;
  const known = own.uid >= 0;
  return {
    // Windows gives other rights by another account, where whoever sits there has none that has them.
    name: (process.platform === 'win32' ? signedInAccount() : undefined) ?? own.username,
    home: env['HOME'] || own.homedir,
    uid: known ? own.uid : undefined,
    gid: known ? own.gid : undefined,
    other: false,
  };
}

async function lookUp(uid: number): Promise<DesktopUser | undefined> {
  const isMac = process.platform === 'darwin';
  const entry = await (isMac ? runProgram('id', ['-P', String(uid)]) : runProgram('getent', ['passwd', String(uid)]));
  return entry === undefined ? undefined : passwordEntry(entry, uid);
}

/**
 * Of a line as in the file of passwords. Macs, as all BSDs, have three fields more before the home folder (`id -P`: id(1)).
 * @returns undefined where it has no home
 */
export function passwordEntry(line: string, uid: number): DesktopUser | undefined {
  const fields = line.trim().split(':');
  const [name, , , gid] = fields;
  const home = fields.at(-2);
  if (!name || !home || fields.length < 7) return undefined;
  return { name, home, uid, gid: Number(gid), other: true };
}

/** What programs with windows need of the environment. */
const passedOn = [
  'PATH',
  'LANG',
  'LC_ALL',
  'LC_MESSAGES',
  'BROWSER',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_CURRENT_DESKTOP',
  'XDG_SESSION_TYPE',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
];

/** The environment in which programs of that account run: this program's own where it is the same account. */
export function environmentOf(user: DesktopUser, env: Environment): NodeJS.ProcessEnv {
  if (!user.other) return { ...env };
  const kept = passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  const runtime = `/run/user/${user.uid}`;
  return {
    ...(existsSync(runtime) && { XDG_RUNTIME_DIR: runtime }),
    ...(existsSync(`${runtime}/bus`) && { DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus` }),
    ...Object.fromEntries(kept),
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
  };
}

/** For `spawn`: as that account. */
export const asUser = (user: DesktopUser): { uid?: number; gid?: number } =>
  user.other && user.uid !== undefined && user.gid !== undefined ? { uid: user.uid, gid: user.gid } : {};
