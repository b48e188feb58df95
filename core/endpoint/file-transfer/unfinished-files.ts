import { z } from 'zod';
import type { ComputerUser } from '../accounts/accounts.ts';
import { readJsonFile, writeJsonFile } from '../data-folder/atomic-file.ts';
import { helperRequests } from './helper-contract.ts';
import { HelperProcess } from './helper-process.ts';

const user = z.object({ name: z.string(), home: z.string(), shell: z.string(), uid: z.number(), gid: z.number() });
const record = z.object({ files: z.array(z.object({ user, path: z.string() })) });
type Unfinished = z.output<typeof record>['files'][number];

/**
 * The files that are being written and are not whole yet, kept on disk: after a crash or a power cut they are cleared away, with
 * the rights of the account that they were written with.
 */
export class UnfinishedFiles {
  private readonly file: string | undefined;
  private readonly onProblem: (problem: string) => void;
  private files: Unfinished[] = [];
  private writing: Promise<void> = Promise.resolve();

  /** @param file where they are kept; nowhere where it is absent */
  constructor(file: string | undefined, onProblem: (problem: string) => void) {
    this.file = file;
    this.onProblem = onProblem;
  }

  /** Clears away what an earlier run of this program left. */
  async recover(): Promise<void> {
    if (!this.file) return;
    const kept = await readJsonFile(this.file, record).catch((error: Error) => {
      this.onProblem(error.message);
      return undefined;
    });
    if (!kept?.files.length) return;
    this.files.push(...kept.files);
    const users = new Map(kept.files.map((entry) => [entry.user.name, entry.user]));
    const paths = new Set(kept.files.map(({ path }) => path));
    for (const owner of users.values()) await this.clear(owner, (path) => paths.has(path));
  }

  /** One is about to be there, or no longer is. */
  note({ name, home, shell, uid, gid }: ComputerUser, path: string, there: boolean): void {
    this.files = this.files.filter((entry) => entry.path !== path);
    if (there) this.files.push({ user: { name, home, shell, uid, gid }, path });
    this.save();
  }

  /** Clears away some of an account's. */
  async clear(owner: ComputerUser, which: (path: string) => boolean): Promise<void> {
    const mine = this.files.filter(
      ({ user: of, path }) => of.uid === owner.uid && of.name === owner.name && which(path),
    );
    if (mine.length === 0) return;
    const helper = new HelperProcess(owner, this.onProblem);
    helper.rpc.listen();
    try {
      await helper.rpc.request(helperRequests.cleanUp, { paths: mine.map(({ path }) => path).slice(0, 10_000) });
      this.files = this.files.filter((entry) => !mine.includes(entry));
      this.save();
    } catch (error) {
      this.onProblem(`files: ${(error as Error).message}`);
    } finally {
      await helper.end();
    }
  }

  /** Resolves once what is known is on disk. */
  settled(): Promise<void> {
    return this.writing;
  }

  private save(): void {
    const { file } = this;
    if (!file) return;
    this.writing = this.writing
      .then(() => writeJsonFile(file, { files: this.files }))
      .catch((error: Error) => this.onProblem(error.message));
  }
}
