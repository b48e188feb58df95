import { z } from 'zod';
import { timestamp } from '#protocol/primitives.ts';
import { readJsonFile, writeJsonFile } from '../data-folder/atomic-file.ts';

const statusFile = z.object({
  process: z.number().int().positive(),
  connected: z.boolean(),
  lastContactAt: timestamp.nullable(),
  /** Why it is not connected. */
  error: z.object({ code: z.string(), args: z.record(z.string(), z.union([z.string(), z.number()])) }).nullable(),
});

/** What the running endpoint says of itself, for `status` to read. */
export type RunStatus = z.output<typeof statusFile>;

/** @returns undefined where there is none that can be read: it is only ever a convenience */
export async function readStatus(file: string): Promise<RunStatus | undefined> {
  return readJsonFile(file, statusFile).catch(() => undefined);
}

/** Writes the status one at a time, and of several that wait only the last. */
export class StatusWriter {
  private readonly file: string;
  private readonly onProblem: (error: unknown) => void;
  private next: RunStatus | undefined;
  private writing: Promise<void> | undefined;

  constructor(file: string, onProblem: (error: unknown) => void) {
    this.file = file;
    this.onProblem = onProblem;
  }

  write(status: RunStatus): void {
    this.next = status;
    this.writing ??= this.drain();
  }

  /** Resolves once nothing is left to write. */
  async settled(): Promise<void> {
    await this.writing;
  }

  private async drain(): Promise<void> {
    while (this.next) {
      const status = this.next;
      this.next = undefined;
      await writeJsonFile(this.file, status).catch(this.onProblem);
    }
    this.writing = undefined;
  }
}
