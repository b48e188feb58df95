import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LatchkeyError } from '#protocol/errors.ts';

/** What the native file of node-pty offers on Unix; its own JavaScript drops output that is held back when a program ends. */
export interface NativePty {
  /** Starts a program in a new pseudo-terminal. `uid` and `gid` are -1 to keep those of this process. */
  fork(
    file: string,
    args: readonly string[],
    env: readonly string[],
    cwd: string,
    columns: number,
    rows: number,
    uid: number,
    gid: number,
    utf8: boolean,
    helper: string,
    onExit: (code: number, signal: number) => void,
  ): { readonly fd: number; readonly pid: number; readonly pty: string };
  resize(fd: number, columns: number, rows: number, pixelWidth: number, pixelHeight: number): void;
  /** The program in the foreground. */
  process(fd: number, pty: string): string | undefined;
}

export interface LoadedPty {
  readonly native: NativePty;
  /** A program that macOS needs beside it. */
  readonly helper: string;
}

/** Of the native file, for a system and processor as Node.js names them. */
export const nativeFolder = (platform: string, architecture: string): string => `pty/${platform}-${architecture}`;

let loaded: LoadedPty | undefined;

/**
 * The native file for this system: beside the bundled program, or as npm installed it.
 * @throws LatchkeyError `session.unsupported` where there is none, or where it does not load
 */
export function nativePty(): LoadedPty {
  try {
    return (loaded ??= load());
  } catch (error) {
    const { code = 'pty' } = error as NodeJS.ErrnoException;
    const reason = `${process.platform}-${process.arch}, ${code}`;
    throw new LatchkeyError('session.unsupported', { feature: 'terminal', reason }, { cause: error });
  }
}

function load(): LoadedPty {
  const folder = bundledFolder() ?? installedFolder();
  const native = createRequire(join(folder, 'pty.node'))('./pty.node') as NativePty;
  return { native, helper: join(folder, 'spawn-helper') };
}

function bundledFolder(): string | undefined {
  // A bundle is CommonJS, and knows where it stands; the sources are modules.
  const program = typeof __dirname === 'string' ? __dirname : undefined;
  if (program === undefined) return undefined;
  const folder = join(program, nativeFolder(process.platform, process.arch));
  return existsSync(join(folder, 'pty.node')) ? folder : undefined;
}

function installedFolder(): string {
  const start = import.meta.url ?? join(__dirname, 'latchkey-endpoint.cjs');
  const library = createRequire(start).resolve('@lydell/node-pty');
  const system = `${process.platform}-${process.arch}`;
  // Its main file stands in `lib`.
  const main = createRequire(library).resolve(`@lydell/node-pty-${system}`);
  return join(dirname(main), '..', 'prebuilds', system);
}
