import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FullDiskOrder, FullDiskOutcome } from './make-on-full-disk.ts';

/**
 * Has another process make something where no file can become larger than the space given: what the disk then says of a file
 * that does not fit, a full one says too, and it takes no rights to set up.
 * @param kilobytes a multiple of ten is safest: systems count in blocks
 */
export function onFullDisk(kilobytes: number, order: FullDiskOrder): FullDiskOutcome {
  const program = fileURLToPath(new URL('make-on-full-disk.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(
    'sh',
    // POSIX: in blocks of 512 bytes.
    ['-c', 'ulimit -f "$1" && shift && exec "$@"', 'sh', String(kilobytes * 2), process.execPath, program],
    { encoding: 'utf8', input: JSON.stringify(order), timeout: 60_000 },
  );
  if (status !== 0) throw new Error(`It ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as FullDiskOutcome;
}
