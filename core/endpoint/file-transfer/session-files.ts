import type { CancellationToken } from '#jsonrpc';
import { LatchkeyError } from '#protocol/errors.ts';
import { fileRequests as requests } from '#protocol/file-transfer.ts';
import type { ParamsOf, RequestContract, ResultOf } from '#protocol/messages.ts';
import type { ComputerUser } from '../accounts/accounts.ts';
import { helperNotifications } from './helper-contract.ts';
import { HelperProcess } from './helper-process.ts';
import type { UnfinishedFiles } from './unfinished-files.ts';

/** A file that has been transferred; `sent` is towards this computer. */
export interface TransferredFile {
  readonly direction: 'sent' | 'received';
  readonly file: string;
}

/** Seconds for an answer; what writes a large file to the disk, or reads it again, takes longer. */
const patience = 60;
const finishPatience = 1800;

/** The files of one session: a process with the rights of the account does all of it. */
export class SessionFiles {
  private readonly session: string;
  private readonly unfinished: UnfinishedFiles;
  private readonly onProblem: (problem: string) => void;
  private readonly open = new Map<string, TransferredFile>();
  private helper: HelperProcess | undefined;
  private ending: Promise<void> = Promise.resolve();
  private disposed = false;

  constructor(session: string, unfinished: UnfinishedFiles, onProblem: (problem: string) => void) {
    this.session = session;
    this.unfinished = unfinished;
    this.onProblem = onProblem;
  }

  /**
   * Passes a request on.
   * @returns the answer; where it ends a transfer, `transferred` is that
   * @throws LatchkeyError what the helper answers; `transfer.notFound` where it is gone, `session.ended`
   */
  async ask<C extends RequestContract<any, any>>(
    user: ComputerUser,
    contract: C,
    params: ParamsOf<C>,
    token: CancellationToken,
  ): Promise<{ answer: ResultOf<C>; transferred?: TransferredFile | undefined }> {
    if (this.disposed) throw new LatchkeyError('session.ended', { session: this.session });
    const method: string = contract.method;
    const { rpc } = this.start(user);
    try {
      const timeout = method === requests.finish.method ? finishPatience : patience;
      const answer = (await rpc.request(contract, params, { token, timeout })) as ResultOf<C>;
      return { answer, transferred: this.follow(method, params, answer) };
    } catch (error) {
      if (!(error instanceof LatchkeyError) || error.code !== 'rpc.closed') throw error;
      throw new LatchkeyError(this.disposed ? 'session.ended' : 'transfer.notFound', { session: this.session });
    }
  }

  /** Gives all transfers up. Resolves once nothing of them is left. */
  async dispose(): Promise<void> {
    this.disposed = true;
    await this.helper?.end();
    await this.ending;
  }

  private start(user: ComputerUser): HelperProcess {
    if (this.helper && !this.helper.rpc.isClosed) return this.helper;
    const helper = new HelperProcess(user, this.onProblem);
    this.helper = helper;
    const partial = new Set<string>();
    helper.rpc.on(helperNotifications.partial, ({ path, there }) => {
      if (there) partial.add(path);
      else partial.delete(path);
      this.unfinished.note(user, path, there);
    });
    helper.rpc.onClose(() => {
      this.open.clear();
      // What it could not clear away itself, because it was killed, is cleared away for it.
      this.ending = this.ending
        .then(() => helper.end())
        .then(() => this.unfinished.clear(user, (path) => partial.has(path)));
    });
    helper.rpc.listen();
    return helper;
  }

  /** Keeps in mind which transfer is of which file. */
  private follow(method: string, params: unknown, answer: unknown): TransferredFile | undefined {
    const { transfer: asked, path: askedPath } = params as { transfer?: string; path?: string };
    const { transfer: given, path: givenPath } = answer as { transfer?: string; path?: string };
    if (method === requests.read.method && given)
      this.open.set(given, { direction: 'received', file: askedPath ?? '' });
    if (method === requests.write.method && given) this.open.set(given, { direction: 'sent', file: givenPath ?? '' });
    if (asked === undefined || ![requests.finish.method, requests.abandon.method].includes(method)) return undefined;
    const file = this.open.get(asked);
    this.open.delete(asked);
    return method === requests.finish.method ? file : undefined;
  }
}
