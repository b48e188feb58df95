import { appendFileSync, renameSync, statSync } from 'node:fs';

/** Bytes: a longer log is put aside, in place of the one that was put aside before. */
const limit = 1024 * 1024;

/** Appends lines to a log, with the time in front. A log that cannot be written stops nothing. */
export class LogFile {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  write(line: string): void {
    try {
      if ((statSync(this.file, { throwIfNoEntry: false })?.size ?? 0) > limit) renameSync(this.file, `${this.file}.1`);
      appendFileSync(this.file, `${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
    } catch {
      // The same lines are on standard error.
    }
  }
}
