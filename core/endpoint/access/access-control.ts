import { BehaviorSubject, type Observable } from 'rxjs';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../data-folder/atomic-file.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';

const accessFile = z.object({ version: z.literal(1), blocked: z.boolean() });

/** The customer's own switch: whether technicians may use the access that is set up. It outlives restarts. */
export class AccessControl {
  private readonly file: string;
  private readonly blocked: BehaviorSubject<boolean>;
  private writing: Promise<void> = Promise.resolve();
  readonly blocked$: Observable<boolean>;

  private constructor(file: string, blocked: boolean) {
    this.file = file;
    this.blocked = new BehaviorSubject(blocked);
    this.blocked$ = this.blocked.asObservable();
  }

  /**
   * What the customer decided last. Where that cannot be read, access is blocked: nobody is let in by a damaged file.
   * @param onProblem told of a file that cannot be read
   */
  static async open(folder: DataFolder, onProblem: (error: unknown) => void): Promise<AccessControl> {
    const stored = await readJsonFile(folder.accessFile, accessFile).catch((error: unknown) => {
      onProblem(error);
      return { blocked: true };
    });
    return new AccessControl(folder.accessFile, stored?.blocked ?? false);
  }

  get isBlocked(): boolean {
    return this.blocked.value;
  }

  /**
   * Blocks at once; unblocks once that is on disk, so that a power cut opens nothing.
   * @throws LatchkeyError `file.unwritable`
   */
  async setBlocked(blocked: boolean): Promise<void> {
    if (blocked) this.blocked.next(true);
    const write = this.writing.then(() => writeJsonFile(this.file, { version: 1, blocked }));
    this.writing = write.catch(() => {});
    await write;
    if (!blocked) this.blocked.next(false);
  }
}
