import { spawn } from 'node:child_process';
import { access, constants, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LatchkeyError } from '#protocol/errors.ts';
import { findElevation, type Elevation } from './elevation.ts';

export interface SelfInstallerOptions {
  /** Where the customer app was unpacked: its `install.sh` lies there. */
  readonly unpacked: string;
  /** The folder that stands for `/`; empty for the computer's own. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The most that is kept of what the script says. */
const outputLimit = 64 * 1024;

/**
 * Installs the endpoint for good, out of the customer app's own files, by the very script that the installer runs: wholly or
 * not at all, whatever ends it.
 */
export class SelfInstaller {
  private readonly options: SelfInstallerOptions;

  constructor(options: SelfInstallerOptions) {
    this.options = options;
  }

  /** Whether it can be done without anybody being asked for rights. */
  async mayInstall(): Promise<boolean> {
    return process.getuid?.() === 0 || this.ownsRoot();
  }

  /**
   * Installs, joins with the token, and starts. Asks for elevation where that takes it.
   * @param hub its address
   * @throws LatchkeyError `setUp.notElevated`, `setUp.alreadySetUp`, `setUp.installFailed`, or why the hub took no join;
   *   nothing of it is left then
   */
  async install(hub: string, token: string, signal?: AbortSignal): Promise<void> {
    const elevation = await this.elevation();
    // In the app's own folder, of which nothing stays even where this program is killed.
    const folder = await mkdtemp(join(this.options.unpacked, 'set-up-'));
    try {
      // In a file for this account alone: everybody can see a command line.
      const file = join(folder, 'token');
      await writeFile(file, token, { mode: 0o600 });
      const outcome = await this.run(elevation, ['--hub', hub, '--token-file', file], signal);
      if (outcome.code === 0) return;
      const failure = failureOf(outcome, elevation);
      if (failure.code === 'setUp.alreadySetUp' || failure.code === 'setUp.notElevated') throw failure;
      // The script undoes what it has done, unless it was killed; killed behind its last step, it has done all.
      const undone = await this.run(elevation, ['--undo']);
      if (!undone.out.includes('{"installed":true}')) throw failure;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async elevation(): Promise<Elevation> {
    const found = (await this.ownsRoot()) ? [] : await findElevation(this.options.env);
    if (!found) throw new LatchkeyError('setUp.notElevated');
    return found;
  }

  private async ownsRoot(): Promise<boolean> {
    if (!this.options.root) return false;
    // Where it is not there yet, it is made below the first folder that is.
    for (let folder = resolve(this.options.root); ; folder = dirname(folder)) {
      const there = await stat(folder).catch(() => undefined);
      if (there) {
        return access(folder, constants.W_OK).then(
          () => true,
          () => false,
        );
      }
      if (folder === dirname(folder)) return false;
    }
  }

  private run(elevation: Elevation, args: readonly string[], signal?: AbortSignal): Promise<Outcome> {
    const { unpacked, root, env } = this.options;
    const script = ['/bin/sh', join(unpacked, 'install.sh'), ...args, ...(root ? ['--root', root] : [])];
    const [program = '', ...rest] = [...elevation, ...script];
    return new Promise((resolve) => {
      const child = spawn(program, rest, {
        cwd: '/',
        env: { ...env },
        // `sudo` asks in the terminal.
        stdio: [elevation.length === 1 && elevation[0] === 'sudo' ? 'inherit' : 'ignore', 'pipe', 'pipe'],
      });
      const stop = (): void => void child.kill('SIGTERM');
      signal?.addEventListener('abort', stop);
      if (signal?.aborted) stop();
      const said = { out: '', err: '' };
      child.stdout?.on('data', (text) => (said.out = `${said.out}${text}`.slice(-outputLimit)));
      child.stderr?.on('data', (text) => (said.err = `${said.err}${text}`.slice(-outputLimit)));
      const end = (code: number | null): void => {
        signal?.removeEventListener('abort', stop);
        resolve({ code, ...said });
      };
      child.once('error', () => end(127));
      child.once('close', end);
    });
  }
}

function failureOf({ code, out, err }: Outcome, elevation: Elevation): LatchkeyError {
  // What asks for the rights has its own codes; where it never let the script begin, that has said nothing.
  const refused = elevation[0] === 'pkexec' ? code === 126 || code === 127 : elevation.length > 0 && out === '';
  if (refused) return new LatchkeyError('setUp.notElevated');
  for (const line of out.split('\n').reverse()) {
    const error = line.startsWith('{') ? errorIn(line) : undefined;
    if (error) return error;
  }
  const reason = err.trim().split('\n').at(-1) || `${code}`;
  return new LatchkeyError('setUp.installFailed', { reason: reason.slice(0, 200) });
}

function errorIn(line: string): LatchkeyError | undefined {
  try {
    return LatchkeyError.fromData((JSON.parse(line) as { error?: unknown }).error);
  } catch {
    return undefined;
  }
}
