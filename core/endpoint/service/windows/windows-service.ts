import { koffi } from '../../windows/koffi.ts';
import { addressOf, wide, windowsCall, WindowsError, lastError } from '../../windows/windows-api.ts';

/** Of winsvc.h. */
const states = { stopped: 1, startPending: 2, stopPending: 3, running: 4 } as const;
const controls = { stop: 1, interrogate: 4, shutdown: 5, preShutdown: 15 } as const;
const ownProcess = 0x10;
const acceptsStop = 0x1;
const acceptsShutdown = 0x4;
const notImplemented = 120;
/** ERROR_SERVICE_SPECIFIC_ERROR: the second number is ours. */
const specificError = 1066;
/** Milliseconds that Windows waits for the next word. */
const stopHint = 30_000;

/**
 * Runs as a Windows service, which the service manager has started: tells it how things stand, and stops when it asks for it.
 * @param run ends after `stop` is aborted, or by itself; what it gives is the exit code, 0 where all is well
 * @throws WindowsError where this process was not started as a service
 */
export async function runAsService(name: string, run: (stop: AbortSignal) => Promise<number>): Promise<void> {
  const native = koffi();
  const stopping = new AbortController();
  let handle: bigint | null = null;
  let state: number = states.startPending;
  const report = (next: number, code = 0): void => {
    state = next;
    if (!handle) return;
    const status = Buffer.alloc(28);
    const running = next === states.running;
    const fields = [ownProcess, next, running ? acceptsStop | acceptsShutdown : 0, code ? specificError : 0, code, 0];
    fields.push(next === states.startPending || next === states.stopPending ? stopHint : 0);
    for (const [index, field] of fields.entries()) status.writeUInt32LE(field, index * 4);
    windowsCall('advapi32', 'int SetServiceStatus(void *, void *)')(handle, status);
  };

  const handlerType = native.proto('uint LatchkeyServiceHandler(uint control, uint event, void *data, void *context)');
  const handler = native.register((control: number): number => {
    switch (control) {
      case controls.stop:
      case controls.shutdown:
        report(states.stopPending);
        stopping.abort();
        return 0;
      case controls.interrogate:
        report(state);
        return 0;
      default:
        return notImplemented;
    }
  }, native.pointer(handlerType));
  const mainType = native.proto('void LatchkeyServiceMain(uint count, void *arguments)');
  const main = native.register((): void => {
    const register = windowsCall('advapi32', 'void *RegisterServiceCtrlHandlerExW(str16, void *, void *)');
    handle = register(name, handler, null) as bigint | null;
    report(states.running);
    void run(stopping.signal).then(
      (code) => report(states.stopped, code),
      () => report(states.stopped, 1),
    );
  }, native.pointer(mainType));

  const ownName = wide(name);
  // One entry and the end of the table: a name and a function each.
  const table = Buffer.alloc(32);
  table.writeBigUInt64LE(addressOf(ownName), 0);
  table.writeBigUInt64LE(BigInt(main), 8);
  // It comes back once the service has stopped. Windows calls from threads of its own; koffi has the calls done here, so this
  // thread must not wait.
  await new Promise<void>((resolve, reject) => {
    const dispatch = windowsCall('advapi32', 'int StartServiceCtrlDispatcherW(void *)');
    dispatch.async(table, (error: unknown, done: unknown) => {
      if (error) reject(error as Error);
      else if (done) resolve();
      else reject(new WindowsError('StartServiceCtrlDispatcherW', lastError()));
    });
  });
  native.unregister(main);
  native.unregister(handler);
}
