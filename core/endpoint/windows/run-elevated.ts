import { addressOf, lastError, wide, windowsCall, WindowsError } from './windows-api.ts';

/** SEE_MASK_NOCLOSEPROCESS, SEE_MASK_NOASYNC (shellapi.h). */
const mask = 0x40 | 0x100;
const show = 1;
/** ERROR_CANCELLED: somebody said no. */
const cancelled = 1223;
const forEver = 0xffffffff;

/**
 * Runs a program with an administrator's rights, for which Windows asks whoever sits there, and waits for its end.
 * @returns its exit code; undefined where the question was declined
 * @throws WindowsError
 */
export async function runElevated(file: string, args: readonly string[]): Promise<number | undefined> {
  const texts = [wide('runas'), wide(file), wide(args.map(quoteArgument).join(' '))];
  const info = Buffer.alloc(112);
  info.writeUInt32LE(info.length, 0);
  info.writeUInt32LE(mask, 4);
  for (const [index, text] of texts.entries()) info.writeBigUInt64LE(addressOf(text), 16 + 8 * index);
  info.writeInt32LE(show, 48);
  const execute = windowsCall('shell32', 'int ShellExecuteExW(void *)');
  if (!execute(info)) {
    const code = lastError();
    if (code === cancelled || texts.length === 0) return undefined;
    throw new WindowsError('ShellExecuteExW', code);
  }
  const process = info.readBigUInt64LE(104);
  if (process === 0n) return 0;
  await new Promise((resolve) => {
    windowsCall('kernel32', 'uint WaitForSingleObject(void *, uint)').async(process, forEver, resolve);
  });
  const code = Buffer.alloc(4);
  windowsCall('kernel32', 'int GetExitCodeProcess(void *, void *)')(process, code);
  windowsCall('kernel32', 'int CloseHandle(void *)')(process);
  return code.readUInt32LE();
}

/** As `CommandLineToArgvW` and the C run time take it apart again. */
export function quoteArgument(text: string): string {
  if (/^[^\s"]+$/.test(text)) return text;
  return `"${text.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}
