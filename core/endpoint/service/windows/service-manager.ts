import { setTimeout as delay } from 'node:timers/promises';
import {
  addressOf,
  lastError,
  must,
  wide,
  windowsCall,
  windowsFailure,
  WindowsError,
} from '../../windows/windows-api.ts';

/** Of winsvc.h and winerror.h. */
const allAccess = 0xf003f;
const serviceAccess = 0xf01ff;
const ownProcess = 0x10;
const autoStart = 2;
const normalError = 1;
const stopControl = 1;
const stopped = 1;
const running = 4;
const errors = { notThere: 1060, alreadyRunning: 1056, notRunning: 1062, marked: 1072 } as const;
const configs = { description: 1, failureActions: 2, delayedStart: 3 } as const;
/** Milliseconds. */
const patience = 30_000;

export interface ServiceDescription {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /** The command line. */
  readonly command: string;
}

export interface ServiceState {
  readonly running: boolean;
  readonly stopped: boolean;
  readonly process: number;
}

/** Makes the service, or brings one that is there up to date. It starts with the computer, and again after a crash. */
export function registerService({ name, displayName, description, command }: ServiceDescription): void {
  withManager((manager) => {
    const existing = openService(manager, name);
    const kind = [ownProcess, autoStart, normalError, command, null, null, null];
    if (existing) {
      const change = windowsCall(
        'advapi32',
        'int ChangeServiceConfigW(void *, uint, uint, uint, str16, str16, void *, str16, str16, str16, str16)',
      );
      try {
        must(change(existing, ...kind, null, null, displayName), 'ChangeServiceConfigW');
        describe(existing, description);
      } finally {
        close(existing);
      }
      return;
    }
    const create = windowsCall(
      'advapi32',
      'void *CreateServiceW(void *, str16, str16, uint, uint, uint, uint, str16, str16, void *, str16, str16, str16)',
    );
    const made = must(create(manager, name, displayName, serviceAccess, ...kind, null, null), 'CreateServiceW');
    try {
      describe(made as bigint, description);
    } finally {
      close(made as bigint);
    }
  });
}

function describe(service: bigint, description: string): void {
  const set = windowsCall('advapi32', 'int ChangeServiceConfig2W(void *, uint, void *)');
  const text = wide(description);
  const about = Buffer.alloc(8);
  about.writeBigUInt64LE(addressOf(text));
  set(service, configs.description, about);
  // Three times after five, thirty and sixty seconds; counted anew each day.
  const actions = Buffer.alloc(24);
  for (const [index, ms] of [5000, 30_000, 60_000].entries()) {
    actions.writeUInt32LE(1, index * 8);
    actions.writeUInt32LE(ms, index * 8 + 4);
  }
  const failure = Buffer.alloc(40);
  failure.writeUInt32LE(86_400, 0);
  failure.writeUInt32LE(3, 24);
  failure.writeBigUInt64LE(addressOf(actions), 32);
  set(service, configs.failureActions, failure);
}

/** @returns undefined where there is no such service */
export function serviceState(name: string): ServiceState | undefined {
  return withManager((manager) => {
    const service = openService(manager, name, 0x4);
    if (!service) return undefined;
    try {
      return queryState(service);
    } finally {
      close(service);
    }
  }, 0x1);
}

/** Starts it and waits until it runs; one that runs already is left alone. */
export async function startService(name: string): Promise<void> {
  await control(name, (service) => {
    const start = windowsCall('advapi32', 'int StartServiceW(void *, uint, void *)');
    if (!start(service, 0, null) && lastError() !== errors.alreadyRunning)
      throw new WindowsError('StartServiceW', lastError());
  });
  await until(name, (state) => state?.running !== false || state.stopped);
}

/** @returns whether it has stopped within half a minute; where there is none, or it does not run, it has */
export async function stopService(name: string): Promise<boolean> {
  const found = await control(name, (service) => {
    const send = windowsCall('advapi32', 'int ControlService(void *, uint, void *)');
    if (!send(service, stopControl, Buffer.alloc(28)) && lastError() !== errors.notRunning)
      throw new WindowsError('ControlService', lastError());
  });
  return !found || until(name, (state) => !state || state.stopped);
}

/** One that runs goes when it has stopped. Where there is none, that is no error. */
export async function unregisterService(name: string): Promise<void> {
  await control(name, (service) => {
    const remove = windowsCall('advapi32', 'int DeleteService(void *)');
    if (!remove(service) && lastError() !== errors.marked) throw new WindowsError('DeleteService', lastError());
  });
}

function control(name: string, act: (service: bigint) => void): Promise<boolean> {
  const found = withManager((manager) => {
    const service = openService(manager, name);
    if (!service) return false;
    try {
      act(service);
      return true;
    } finally {
      close(service);
    }
  });
  return Promise.resolve(found);
}

async function until(name: string, done: (state: ServiceState | undefined) => boolean): Promise<boolean> {
  for (const end = Date.now() + patience; Date.now() < end; await delay(100)) if (done(serviceState(name))) return true;
  return false;
}

function queryState(service: bigint): ServiceState {
  const status = Buffer.alloc(36);
  const needed = Buffer.alloc(4);
  const query = windowsCall('advapi32', 'int QueryServiceStatusEx(void *, int, void *, uint, void *)');
  must(query(service, 0, status, status.length, needed), 'QueryServiceStatusEx');
  const state = status.readUInt32LE(4);
  return { running: state === running, stopped: state === stopped, process: status.readUInt32LE(28) };
}

function openService(manager: bigint, name: string, access = serviceAccess): bigint | undefined {
  const service = windowsCall('advapi32', 'void *OpenServiceW(void *, str16, uint)')(manager, name, access);
  if (!service && lastError() !== errors.notThere) throw windowsFailure(new WindowsError('OpenServiceW', lastError()));
  return (service as bigint | null) ?? undefined;
}

function withManager<T>(act: (manager: bigint) => T, access = allAccess): T {
  try {
    const open = windowsCall('advapi32', 'void *OpenSCManagerW(str16, str16, uint)');
    const manager = must(open(null, null, access), 'OpenSCManagerW') as bigint;
    try {
      return act(manager);
    } finally {
      close(manager);
    }
  } catch (error) {
    throw windowsFailure(error);
  }
}

const close = (handle: bigint): void => void windowsCall('advapi32', 'int CloseServiceHandle(void *)')(handle);
