import { windowsCall } from './windows-api.ts';

/** PROCESS_QUERY_LIMITED_INFORMATION (processthreadsapi.h). */
const query = 0x1000;
const most = 16_384;

/** The processes that run a program's file, this one and its parent left out. */
export function otherProcessesOf(program: string): number[] {
  const [all, size] = [Buffer.alloc(most * 4), Buffer.alloc(4)];
  const enumerate = windowsCall('kernel32', 'int K32EnumProcesses(void *, uint, void *)');
  if (!enumerate(all, all.length, size)) return [];
  const found: number[] = [];
  for (let at = 0; at < size.readUInt32LE(); at += 4) {
    const pid = all.readUInt32LE(at);
    if (pid === process.pid || pid === process.ppid) continue;
    if (imageOf(pid)?.toLowerCase() === program.toLowerCase()) found.push(pid);
  }
  return found;
}

function imageOf(pid: number): string | undefined {
  const open = windowsCall('kernel32', 'void *OpenProcess(uint, int, uint)');
  const handle = open(query, 0, pid) as bigint | null;
  if (!handle) return undefined;
  const [path, length] = [Buffer.alloc(2048), Buffer.from(new Uint32Array([1024]).buffer)];
  const ask = windowsCall('kernel32', 'int QueryFullProcessImageNameW(void *, uint, void *, void *)');
  const told = ask(handle, 0, path, length) as number;
  windowsCall('kernel32', 'int CloseHandle(void *)')(handle);
  return told ? path.toString('utf16le', 0, length.readUInt32LE() * 2) : undefined;
}
