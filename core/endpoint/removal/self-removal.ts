import { rm } from 'node:fs/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import { BackOff } from '../connection/back-off.ts';
import { pause } from '../connection/endpoint-connection.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';
import { assertRemovable, handsOver, uninstall, type Installation } from '../service/installation.ts';
import { isBeingRemoved, markRemoval } from './removal-file.ts';

/** What is done, in this order. Whatever was interrupted is done again: each is harmless the second time. */
export type RemovalStep = 'mark' | 'forgetPassword' | 'uninstall' | 'report' | 'erase';

export interface SelfRemovalOptions {
  /** Locked. */
  readonly folder: DataFolder;
  /** Undefined where the endpoint was not installed: then its data is all there is. */
  readonly installation: Installation | undefined;
  readonly report: (stage: 'failed' | 'done', problem: LatchkeyError | null) => Promise<unknown>;
  readonly onProblem: (problem: LatchkeyError) => void;
  readonly signal: AbortSignal;
  /** Seconds that the first wait after a failure takes at most; 5 unless told. */
  readonly retryFirst?: number | undefined;
  /** Called before each step. For tests. */
  readonly onStep?: (step: RemovalStep) => void;
}

/** Seconds. */
const longestRetry = 3600;

/**
 * Takes the endpoint off the computer, because the hub said so. It is written down first, so that whatever ends this process
 * the next one goes on; the data, and with it the key that the hub knows, goes last. What can't be done is told to the hub,
 * and tried again.
 */
export class SelfRemoval {
  private readonly options: SelfRemovalOptions;

  constructor(options: SelfRemovalOptions) {
    this.options = options;
  }

  /** @returns whether it is done; false where the process is told to stop first */
  async run(): Promise<boolean> {
    const { folder, report, onProblem, signal, retryFirst = 5 } = this.options;
    const backOff = new BackOff({ first: retryFirst, longest: longestRetry, random: Math.random });
    while (!signal.aborted) {
      try {
        await this.remove();
        return true;
      } catch (error) {
        const problem = asProblem(error, folder);
        onProblem(problem);
        await report('failed', problem);
        await pause(Math.max(retryFirst / 2, backOff.next()), signal);
      }
    }
    return false;
  }

  private async remove(): Promise<void> {
    const { folder, installation, report, onStep, signal } = this.options;
    if (installation) await assertRemovable(installation);
    if (!(await isBeingRemoved(folder))) {
      onStep?.('mark');
      await markRemoval(folder);
    }
    onStep?.('forgetPassword');
    await rm(folder.passwordFile, { force: true });
    // Whoever takes over ends this process and the data with it: this is the last chance to say so.
    const early = installation !== undefined && handsOver(installation);
    if (early) {
      onStep?.('report');
      await report('done', null);
    }
    const finish = async (): Promise<void> => {
      onStep?.('report');
      await report('done', null);
      onStep?.('erase');
      await folder.erase();
    };
    onStep?.('uninstall');
    if (installation) await uninstall(installation, early ? undefined : finish, signal);
    else await finish();
  }
}

/** What can't be done, as whoever reads of it can see to it. */
function asProblem(error: unknown, folder: DataFolder): LatchkeyError {
  if (error instanceof LatchkeyError) return error;
  const { code, path, message } = error as NodeJS.ErrnoException;
  const reason = code ?? message;
  return new LatchkeyError('endpoint.removalFailed', { folder: path ?? folder.path, reason }, { cause: error });
}
