import { access, constants, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { version } from '#core/base/version.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { programFolder } from '../program-folder.ts';
import { machineOf } from './formats/linux/machine.ts';
import { PayloadCache } from './formats/payload-cache.ts';

/** What every Linux file that the hub hands out carries. */
export interface LinuxPayload {
  /** The Node runtime, and for which system and processor it is (as `process.platform` and `process.arch`). */
  readonly runtime: { readonly file: string; readonly platform: string; readonly architecture: string };
  /** The built endpoint; beside it, in `pty/SYSTEM-PROCESSOR`, what it needs for terminals where there is that for the system. */
  readonly endpoint: string;
  /** The folder of the built page that customers see. */
  readonly page: string;
  readonly version: string;
}

/** This hub's own runtime, and what the build made. */
export const ownLinuxPayload: LinuxPayload = {
  runtime: { file: process.execPath, platform: process.platform, architecture: process.arch },
  endpoint: join(programFolder, 'dist/endpoint/latchkey-endpoint.cjs'),
  page: join(programFolder, 'dist/endpoint/consent'),
  version,
};

/** Compressed once for all formats. */
export function linuxPayloadCache(folder: string, { runtime, endpoint, page }: LinuxPayload): PayloadCache {
  const program = 'opt/latchkey-endpoint';
  const pty = `pty/${runtime.platform}-${runtime.architecture}`;
  const ptyFolder = join(dirname(endpoint), pty);
  const folders = ['', 'opt/', `${program}/`, `${program}/consent/`, `${program}/pty/`, `${program}/${pty}/`];
  return new PayloadCache(
    folder,
    folders.map((path) => ({ path, mode: 0o755 })),
    async () => [
      { source: runtime.file, path: `${program}/node`, mode: 0o755 },
      { source: endpoint, path: `${program}/latchkey-endpoint.cjs`, mode: 0o644 },
      ...(await filesOf(page)).map((name) => ({
        source: join(page, name),
        path: `${program}/consent/${name}`,
        mode: 0o644,
      })),
      ...(await filesOf(ptyFolder).catch(() => [])).map((name) => ({
        source: join(ptyFolder, name),
        path: `${program}/${pty}/${name}`,
        mode: 0o755,
      })),
    ],
  );
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    throw new LatchkeyError('file.unreadable', { file: folder, reason: (error as Error).message }, { cause: error });
  }
}

/** What keeps the hub from handing it out; undefined where nothing does. */
export async function linuxPayloadObstacle(payload: LinuxPayload): Promise<LatchkeyError | undefined> {
  const { runtime } = payload;
  const readable = (file: string): Promise<boolean> =>
    access(file, constants.R_OK).then(
      () => true,
      () => false,
    );
  const usable = runtime.platform === 'linux' && machineOf(runtime.architecture) && (await readable(runtime.file));
  if (!usable) return new LatchkeyError('installer.runtimeMissing', { system: 'Linux' });
  for (const file of [payload.endpoint, join(payload.page, 'index.html')]) {
    if (!(await readable(file))) return new LatchkeyError('installer.endpointMissing', { file });
  }
  return undefined;
}
