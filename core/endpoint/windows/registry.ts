import { wide, windowsCall, WindowsError } from './windows-api.ts';

/** HKEY_LOCAL_MACHINE (winreg.h), as a 64-bit process has it. */
const localMachine = 0xffffffff80000002n;
const allAccess = 0xf003f;
const types = { text: 1, number: 4 } as const;
const notFound = 2;

/** Values of a key under HKEY_LOCAL_MACHINE; the key is made where it is missing. */
export function writeRegistry(path: string, values: Readonly<Record<string, string | number>>): void {
  const handle = Buffer.alloc(8);
  check(
    windowsCall('advapi32', 'int RegCreateKeyExW(void *, str16, uint, str16, uint, uint, void *, void *, void *)')(
      localMachine,
      path,
      0,
      null,
      0,
      allAccess,
      null,
      handle,
      null,
    ),
    'RegCreateKeyExW',
  );
  const key = handle.readBigUInt64LE();
  try {
    for (const [name, value] of Object.entries(values)) {
      const bytes = typeof value === 'string' ? wide(value) : Buffer.from(new Uint32Array([value]).buffer);
      const type = typeof value === 'string' ? types.text : types.number;
      const set = windowsCall('advapi32', 'int RegSetValueExW(void *, str16, uint, uint, void *, uint)');
      check(set(key, name, 0, type, bytes, bytes.length), 'RegSetValueExW');
    }
  } finally {
    windowsCall('advapi32', 'int RegCloseKey(void *)')(key);
  }
}

/** @returns undefined where there is no such text */
export function readRegistryText(path: string, name: string): string | undefined {
  const onlyText = 2;
  const bytes = Buffer.alloc(4096);
  const size = Buffer.from(new Uint32Array([bytes.length]).buffer);
  const get = windowsCall('advapi32', 'int RegGetValueW(void *, str16, str16, uint, void *, void *, void *)');
  if (get(localMachine, path, name, onlyText, null, bytes, size) !== 0) return undefined;
  return bytes.toString('utf16le', 0, Math.max(0, size.readUInt32LE() - 2)).replace(/\0+$/, '');
}

/** Takes one value out of a key; where there is none, that is no error. */
export function removeRegistryValue(path: string, name: string): void {
  const code = windowsCall('advapi32', 'int RegDeleteKeyValueW(void *, str16, str16)')(
    localMachine,
    path,
    name,
  ) as number;
  if (code !== notFound) check(code, 'RegDeleteKeyValueW');
}

/** The key with all below it; where there is none, that is no error. */
export function removeRegistryKey(path: string): void {
  const code = windowsCall('advapi32', 'int RegDeleteTreeW(void *, str16)')(localMachine, path) as number;
  if (code !== notFound) check(code, 'RegDeleteTreeW');
}

function check(code: unknown, call: string): void {
  if (code !== 0) throw new WindowsError(call, code as number);
}
