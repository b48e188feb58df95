import { execFile, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const versionsFolder = '/usr/lib/postgresql';

export interface TemporaryPostgres {
  /** `postgres://…` of an empty database of that name. */
  database(name: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL of Debian's packages on data of its own, reachable through a socket in a temporary folder alone. Run
 * by root, it installs the package where it is missing, and the server runs as an unprivileged user.
 */
export async function startTemporaryPostgres(): Promise<TemporaryPostgres> {
  const bin = await findBinaries();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'));
  const user = process.getuid?.() === 0 ? await userNumbers('postgres') : undefined;
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } };
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'latchkey', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options);
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'max_connections=60'],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  server.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)));
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    if (server.exitCode === null) server.kill('SIGINT');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const ready = (): Promise<unknown> => run(join(bin, 'pg_isready'), ['-h', folder, '-U', 'latchkey'], options);
    await untilReady(ready, () => server.exitCode !== null);
  } catch (error) {
    await stop();
    throw new Error(`PostgreSQL did not start: ${log}`, { cause: error });
  }
  return {
    async database(name) {
      await run(join(bin, 'createdb'), ['-h', folder, '-U', 'latchkey', name], options);
      return `postgres://latchkey@localhost/${name}?host=${encodeURIComponent(folder)}`;
    },
    stop,
  };
}

async function findBinaries(): Promise<string> {
  const found = newest();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0) {
    throw new Error('PostgreSQL is not installed. Run: sudo apt-get install -y postgresql');
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'], { env });
  const installed = newest();
  if (installed === undefined) throw new Error(`apt-get installed no PostgreSQL in ${versionsFolder}`);
  return installed;
}

function newest(): string | undefined {
  if (!existsSync(versionsFolder)) return undefined;
  const versions = readdirSync(versionsFolder).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(versionsFolder, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

/** PostgreSQL refuses to run as root. */
async function userNumbers(name: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)),
  );
  return { uid: uid!, gid: gid! };
}

/** The socket is there before the server lets anybody in. */
async function untilReady(ready: () => Promise<unknown>, hasExited: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 600 && !hasExited(); attempt++) {
    if (
      await ready().then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it takes no connections');
}
