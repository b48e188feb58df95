import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { LatchkeyError } from '#protocol/errors.ts';

const credentialsFile = z.object({
  /** The hub that commands go to unless told. */
  current: z.string().nullable(),
  hubs: z.record(z.string(), z.object({ token: z.string(), tokenId: z.string(), email: z.string() })),
});
export type Credentials = z.output<typeof credentialsFile>;

type Environment = Readonly<Record<string, string | undefined>>;

export const defaultHub = 'http://127.0.0.1:7420';

/** `~/.config/latchkey/credentials.json`, under `XDG_CONFIG_HOME` where that is set. */
export const credentialsPath = (env: Environment): string =>
  join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'latchkey', 'credentials.json');

/** @throws LatchkeyError `file.unreadable` */
export async function readCredentials(env: Environment): Promise<Credentials> {
  const file = credentialsPath(env);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { current: null, hubs: {} };
    throw new LatchkeyError('file.unreadable', { file, reason: (error as Error).message }, { cause: error });
  }
  try {
    return credentialsFile.parse(JSON.parse(text));
  } catch (error) {
    throw new LatchkeyError('file.unreadable', { file, reason: 'JSON' }, { cause: error });
  }
}

/** Readable by its owner alone, and whole at any moment. @throws LatchkeyError `file.unwritable` */
export async function writeCredentials(env: Environment, credentials: Credentials): Promise<void> {
  const file = credentialsPath(env);
  const partial = `${file}.${process.pid}.part`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(partial, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'w' });
    await chmod(partial, 0o600);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw new LatchkeyError('file.unwritable', { file, reason: (error as Error).message }, { cause: error });
  }
}

export interface HubAccess {
  /** The hub's origin. */
  readonly url: string;
  readonly token: string;
}

/**
 * Which hub, and with which token: `--hub`, the one signed in to last, or `LATCHKEY_PUBLIC_URL`; `LATCHKEY_TOKEN` or the one
 * that is stored.
 * @throws LatchkeyError `hub.notSignedIn`, `endpoint.hubAddressInvalid`
 */
export async function hubAccess(env: Environment, hub: string | undefined): Promise<HubAccess> {
  const stored = await readCredentials(env);
  const url = hubOrigin(hub ?? stored.current ?? (env.LATCHKEY_PUBLIC_URL || defaultHub));
  const token = env.LATCHKEY_TOKEN || stored.hubs[url]?.token;
  if (!token) throw new LatchkeyError('hub.notSignedIn', { url });
  return { url, token };
}

/** @throws LatchkeyError `endpoint.hubAddressInvalid` */
export function hubOrigin(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new LatchkeyError('endpoint.hubAddressInvalid', { url: text });
  return url.origin;
}
