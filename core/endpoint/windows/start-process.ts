import type { ProcessJob } from './process-job.ts';
import { closeHandle } from './token.ts';
import { addressOf, must, wide, windowsCall } from './windows-api.ts';

/** Of winbase.h. */
const flags = { suspended: 0x4, unicodeEnvironment: 0x400, extendedStartup: 0x8_0000, noWindow: 0x800_0000 } as const;
const useStandardHandles = 0x100;
const attributes = { handleList: 0x2_0002, pseudoConsole: 0x2_0016 } as const;

export interface ProcessOrder {
  /** By its full path. */
  readonly program: string;
  /** With the program's name in front. */
  readonly commandLine: string;
  /** As `environmentBlock` makes it. */
  readonly environment: Buffer;
  readonly folder: string;
  /** As whom; as this program where absent. */
  readonly token?: bigint | undefined;
  /** `STATION\DESKTOP`; this program's own where absent. */
  readonly desktop?: string | undefined;
  /** What it reads from and writes to, which are the only handles that it gets. */
  readonly standard?: readonly [input: bigint, output: bigint, error: bigint] | undefined;
  /** The pseudo console that it gets instead. */
  readonly console?: bigint | undefined;
  /** What it is put into before it runs. */
  readonly job?: ProcessJob | undefined;
}

export interface StartedProcess {
  readonly pid: number;
  /** To be closed. */
  readonly handle: bigint;
}

/**
 * Starts a program.
 * @throws WindowsError
 */
export function startProcess(order: ProcessOrder): StartedProcess {
  const { program, token, job, standard } = order;
  const given = attributeList(order);
  const [commandLine, desktop] = [wide(order.commandLine), wide(order.desktop ?? '')];
  // STARTUPINFOEXW, and PROCESS_INFORMATION.
  const [startup, started] = [Buffer.alloc(112), Buffer.alloc(24)];
  startup.writeUInt32LE(given.list ? startup.length : 104, 0);
  if (order.desktop !== undefined) startup.writeBigUInt64LE(addressOf(desktop), 16);
  // Without handles too: those of this program would be handed on as they are numbered here.
  startup.writeUInt32LE(useStandardHandles, 60);
  for (const [index, handle] of (standard ?? []).entries()) startup.writeBigUInt64LE(handle, 80 + 8 * index);
  if (given.list) startup.writeBigUInt64LE(addressOf(given.list), 104);
  const how =
    flags.suspended +
    flags.unicodeEnvironment +
    (given.list ? flags.extendedStartup : 0) +
    (standard ? flags.noWindow : 0);
  const rest = [program, commandLine, null, null, standard ? 1 : 0, how, order.environment, order.folder] as const;
  try {
    if (token === undefined) {
      const create = windowsCall(
        'kernel32',
        'int CreateProcessW(str16, void *, void *, void *, int, uint, void *, str16, void *, void *)',
      );
      must(create(...rest, startup, started), 'CreateProcessW');
    } else {
      const create = windowsCall(
        'advapi32',
        'int CreateProcessAsUserW(void *, str16, void *, void *, void *, int, uint, void *, str16, void *, void *)',
      );
      must(create(token, ...rest, startup, started), 'CreateProcessAsUserW');
    }
  } finally {
    given.free();
  }
  const [handle, thread] = [started.readBigUInt64LE(0), started.readBigUInt64LE(8)];
  try {
    job?.add(handle);
    windowsCall('kernel32', 'uint ResumeThread(void *)')(thread);
    return { pid: started.readUInt32LE(16), handle };
  } catch (error) {
    // It has not run yet, and never will.
    windowsCall('kernel32', 'int TerminateProcess(void *, uint)')(handle, 1);
    closeHandle(handle);
    throw error;
  } finally {
    closeHandle(thread);
  }
}

/** @returns undefined while it runs */
export function exitCodeOf(process: bigint): number | undefined {
  const timedOut = 0x102;
  if (windowsCall('kernel32', 'uint WaitForSingleObject(void *, uint)')(process, 0) === timedOut) return undefined;
  const code = Buffer.alloc(4);
  windowsCall('kernel32', 'int GetExitCodeProcess(void *, void *)')(process, code);
  return code.readInt32LE();
}

function attributeList({ standard, console }: ProcessOrder): { readonly list?: Buffer; free(): void } {
  const count = Number(standard !== undefined) + Number(console !== undefined);
  if (count === 0) return { free: () => {} };
  const size = Buffer.alloc(8);
  const initialize = windowsCall('kernel32', 'int InitializeProcThreadAttributeList(void *, uint, uint, void *)');
  initialize(null, count, 0, size);
  const list = Buffer.alloc(Number(size.readBigUInt64LE()));
  must(initialize(list, count, 0, size), 'InitializeProcThreadAttributeList');
  // Windows reads it when the program is started.
  const handles = Buffer.alloc(8 * (standard?.length ?? 0));
  const update = windowsCall(
    'kernel32',
    'int UpdateProcThreadAttribute(void *, uint, size_t, void *, size_t, void *, void *)',
  );
  const put = (what: number, value: bigint, bytes: number): void =>
    void must(update(list, 0, what, value, bytes, null, null), 'UpdateProcThreadAttribute');
  if (standard) {
    for (const [index, handle] of standard.entries()) handles.writeBigUInt64LE(handle, 8 * index);
    put(attributes.handleList, addressOf(handles), handles.length);
  }
  if (console !== undefined) put(attributes.pseudoConsole, console, 8);
  const remove = windowsCall('kernel32', 'void DeleteProcThreadAttributeList(void *)');
  // Until then the list points to the handles.
  return { list, free: () => void [remove(list), handles] };
}
