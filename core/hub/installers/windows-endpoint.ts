import type { LatchkeyError } from '#protocol/errors.ts';
import type { Watcher } from './formats/shared-making.ts';

/** The endpoint as Windows runs it: one file, `latchkey-endpoint.exe`, made once a version. */
export interface WindowsEndpoint {
  readonly version: string;
  /** What keeps this hub from making it; undefined where nothing does. */
  obstacle(): Promise<LatchkeyError | undefined>;
  /**
   * The file, made where it is not there yet.
   * @throws LatchkeyError as `Runtimes.get`
   */
  file(watcher?: Watcher): Promise<string>;
}

/** The same as formats want it: that of one that is the program itself, and that of one that brings it as a file. */
export class WindowsPrograms {
  readonly whole: WindowsEndpoint;
  readonly packed: WindowsEndpoint;

  constructor(whole: WindowsEndpoint, packed: WindowsEndpoint) {
    this.whole = whole;
    this.packed = packed;
  }
}
