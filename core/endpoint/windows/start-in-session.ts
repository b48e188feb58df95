import { addressOf, must, wide, windowsCall } from './windows-api.ts';
import { quoteArgument } from './run-elevated.ts';

/** CREATE_UNICODE_ENVIRONMENT, STARTF_USESTDHANDLES (winbase.h). */
const unicodeEnvironment = 0x400;
const useStandardHandles = 0x100;

/**
 * Starts a program as whoever is signed in to a session, on their desktop and without an administrator's rights. Only a service
 * of the system may.
 * @throws WindowsError
 */
export function startInSession(session: number, program: string, args: readonly string[], folder: string): void {
  const holder = Buffer.alloc(8);
  must(windowsCall('wtsapi32', 'int WTSQueryUserToken(uint, void *)')(session, holder), 'WTSQueryUserToken');
  const token = holder.readBigUInt64LE();
  const environment = Buffer.alloc(8);
  try {
    const makeBlock = windowsCall('userenv', 'int CreateEnvironmentBlock(void *, void *, int)');
    must(makeBlock(environment, token, 0), 'CreateEnvironmentBlock');
    const desktop = wide('winsta0\\default');
    const commandLine = wide([program, ...args].map(quoteArgument).join(' '));
    // STARTUPINFOW, and PROCESS_INFORMATION.
    const [startup, started] = [Buffer.alloc(104), Buffer.alloc(24)];
    startup.writeUInt32LE(startup.length, 0);
    startup.writeBigUInt64LE(addressOf(desktop), 16);
    // No input or output: those of the service would be handed on as they are numbered here.
    startup.writeUInt32LE(useStandardHandles, 60);
    const create = windowsCall(
      'advapi32',
      'int CreateProcessAsUserW(void *, str16, void *, void *, void *, int, uint, void *, str16, void *, void *)',
    );
    const block = environment.readBigUInt64LE();
    const flags = unicodeEnvironment;
    must(
      create(token, program, commandLine, null, null, 0, flags, block, folder, startup, started),
      'CreateProcessAsUserW',
    );
    for (const at of [0, 8]) close(started.readBigUInt64LE(at));
  } finally {
    const block = environment.readBigUInt64LE();
    if (block) windowsCall('userenv', 'int DestroyEnvironmentBlock(void *)')(block);
    close(token);
  }
}

const close = (handle: bigint): void => void windowsCall('kernel32', 'int CloseHandle(void *)')(handle);
