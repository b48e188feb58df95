import { windowsCall, WindowsError } from './windows-api.ts';

/** Of shlobj.h. */
const folders = { programData: 0x23, programFiles: 0x26 } as const;

/** Where Windows has a folder, whatever the environment says: a service's is not that of who signs in. */
export function knownFolder(name: keyof typeof folders): string {
  const path = Buffer.alloc(520);
  const get = windowsCall('shell32', 'int SHGetFolderPathW(void *, int, void *, uint, void *)');
  const code = get(null, folders[name], null, 0, path) as number;
  if (code !== 0) throw new WindowsError('SHGetFolderPathW', code);
  const text = path.toString('utf16le');
  return text.slice(0, text.indexOf('\0'));
}
