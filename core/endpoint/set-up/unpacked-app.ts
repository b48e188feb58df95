import { access, realpath, rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

/** Who started this program: the script that unpacked it, and that clears up behind it. */
const parent = process.ppid;

/** Where the customer app that this program belongs to was unpacked; undefined where it is no such app. */
export async function unpackedApp(program = process.argv[1] ?? ''): Promise<string | undefined> {
  const unpacked = resolve(dirname(await realpath(program).catch(() => program)), '../..');
  return access(resolve(unpacked, 'install.sh')).then(
    () => unpacked,
    () => undefined,
  );
}

/** Clears up where nobody else does any more, because the script was killed. */
export async function removeOrphan(unpacked: string | undefined): Promise<void> {
  if (unpacked === undefined || process.ppid === parent) return;
  const folder = dirname(unpacked);
  if (basename(folder).startsWith('latchkey-app.')) await rm(folder, { recursive: true, force: true });
}
