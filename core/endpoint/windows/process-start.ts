import { windowsCall } from './windows-api.ts';

/** PROCESS_QUERY_LIMITED_INFORMATION (processthreadsapi.h). */
const query = 0x1000;

/** When a process began, as Windows counts it; undefined where there is none or it is not told. */
export function processStart(pid: number): string | undefined {
  const handle = windowsCall('kernel32', 'void *OpenProcess(uint, int, uint)')(query, 0, pid) as bigint | null;
  if (!handle) return undefined;
  const [began, ended, kernel, user] = [Buffer.alloc(8), Buffer.alloc(8), Buffer.alloc(8), Buffer.alloc(8)];
  const times = windowsCall('kernel32', 'int GetProcessTimes(void *, void *, void *, void *, void *)');
  const told = times(handle, began, ended, kernel, user) as number;
  windowsCall('kernel32', 'int CloseHandle(void *)')(handle);
  return told ? String(began.readBigUInt64LE()) : undefined;
}
