import { windowsCall } from './windows-api.ts';

/** COINIT_APARTMENTTHREADED, COINIT_DISABLE_OLE1DDE (objbase.h): what opens a file may be a part that needs it. */
const apartment = 0x2 | 0x4;
const showNormal = 1;
/** Up to here a result is an error ("Return value" of ShellExecuteW). */
const lastProblem = 32;

/**
 * Opens a file with the program that the account has chosen for its kind.
 * @returns whether one took it
 */
export function shellOpen(file: string): boolean {
  windowsCall('ole32', 'int CoInitializeEx(void *, uint)')(null, apartment);
  const open = windowsCall('shell32', 'intptr_t ShellExecuteW(void *, str16, str16, str16, str16, int)');
  return Number(open(null, 'open', file, null, null, showNormal)) > lastProblem;
}
