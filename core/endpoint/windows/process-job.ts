import { closeHandle } from './token.ts';
import { must, windowsCall } from './windows-api.ts';

/** JobObjectExtendedLimitInformation, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE (winnt.h). */
const extendedLimits = 9;
const killOnClose = 0x2000;

/**
 * A program with all that it starts, however far down ("Job Objects"). None gets out of it, and all end when it is closed, which
 * Windows does too when this program ends, whatever it dies of.
 */
export class ProcessJob {
  private handle: bigint;

  /** @throws WindowsError */
  constructor() {
    const create = windowsCall('kernel32', 'void *CreateJobObjectW(void *, str16)');
    this.handle = must(create(null, null) as bigint, 'CreateJobObjectW');
    // JOBOBJECT_EXTENDED_LIMIT_INFORMATION.
    const limits = Buffer.alloc(144);
    limits.writeUInt32LE(killOnClose, 16);
    const set = windowsCall('kernel32', 'int SetInformationJobObject(void *, int, void *, uint)');
    must(set(this.handle, extendedLimits, limits, limits.length), 'SetInformationJobObject');
  }

  /** @throws WindowsError */
  add(process: bigint): void {
    const assign = windowsCall('kernel32', 'int AssignProcessToJobObject(void *, void *)');
    must(assign(this.handle, process), 'AssignProcessToJobObject');
  }

  /** Ends all of it at once. */
  close(): void {
    if (!this.handle) return;
    windowsCall('kernel32', 'int TerminateJobObject(void *, uint)')(this.handle, 1);
    closeHandle(this.handle);
    this.handle = 0n;
  }
}
