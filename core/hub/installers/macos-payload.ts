import { access, constants, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LatchkeyError } from '#protocol/errors.ts';
import type { PayloadFile } from './formats/payload-cache.ts';
import { inParts, type Watcher } from './formats/shared-making.ts';
import type { TarEntry } from './formats/tar.ts';
import type { Runtimes } from './runtimes/runtimes.ts';

/** What every macOS file that the hub hands out carries, beside Node.js. */
export interface MacosPayload {
  /** The built endpoint. */
  readonly endpoint: string;
  /** The folder of the built page that customers see. */
  readonly page: string;
  readonly version: string;
}

/** As `process.arch` says it. */
export type MacProcessor = 'arm64' | 'x64';

/** What is for one processor alone. */
export interface MacRuntime {
  /** Stock: one that is changed does not start. */
  readonly node: string;
  /** node-pty's native files, with the names that they are installed under. */
  readonly pty: readonly { readonly name: string; readonly file: string }[];
}

/** Where the program lies, below the root. */
export const macProgram = 'opt/latchkey-endpoint';

/** How much of the fetching a processor's Node.js takes; the rest is what opens terminals. */
const nodePart = 0.98;

/**
 * Fetched where they are not there yet.
 * @throws LatchkeyError as `Runtimes.get`
 */
export async function macRuntime(
  runtimes: Pick<Runtimes, 'get'>,
  processor: MacProcessor,
  watcher: Watcher,
): Promise<MacRuntime> {
  const [fetchingNode, fetchingPty] = inParts(watcher, nodePart);
  const node = await runtimes.get(`darwin-${processor}`, fetchingNode);
  const { files } = await runtimes.get(`pty-darwin-${processor}`, fetchingPty);
  return { node: node.file, pty: files.map((file, at) => ({ name: ptyNames[at] ?? basename(file), file })) };
}

/** In the order of the catalogue. */
const ptyNames = ['pty.node', 'spawn-helper'];

/** What keeps the hub from handing it out. The runtimes are no obstacle: they are fetched when they are needed. */
export async function macosObstacle({ endpoint, page }: MacosPayload): Promise<LatchkeyError | undefined> {
  for (const file of [endpoint, join(page, 'index.html')]) {
    const readable = await access(file, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (!readable) return new LatchkeyError('installer.endpointMissing', { file });
  }
  return undefined;
}

/** The folders of the program, parents first. */
export const macFolders = (processors: readonly MacProcessor[]): TarEntry[] =>
  ['', '/consent', '/pty', ...processors.map((processor) => `/pty/darwin-${processor}`)].map((path) => ({
    path: `${macProgram}${path}/`,
    mode: 0o755,
  }));

/** The same for both processors. @throws LatchkeyError `file.unreadable` */
export async function macProgramFiles({ endpoint, page }: MacosPayload): Promise<PayloadFile[]> {
  const names = await readdir(page).catch((error: Error) => {
    throw new LatchkeyError('file.unreadable', { file: page, reason: error.message }, { cause: error });
  });
  return [
    { source: endpoint, path: `${macProgram}/latchkey-endpoint.cjs`, mode: 0o644 },
    ...names.sort().map((name) => ({ source: join(page, name), path: `${macProgram}/consent/${name}`, mode: 0o644 })),
  ];
}

/** @param node what Node.js is called there */
export const macRuntimeFiles = (processor: MacProcessor, runtime: MacRuntime, node: string): PayloadFile[] => [
  { source: runtime.node, path: `${macProgram}/${node}`, mode: 0o755 },
  ...runtime.pty.map(({ name, file }) => ({
    source: file,
    path: `${macProgram}/pty/darwin-${processor}/${name}`,
    mode: 0o755,
  })),
];
