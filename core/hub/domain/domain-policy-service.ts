import { LatchkeyError } from '#protocol/errors.ts';
import type { RollOutChange } from '#protocol/roll-outs.ts';
import { readAuthorities } from './domain-controller.ts';
import { openDomainSession, type DomainCredentials, type DomainSession } from './domain-session.ts';
import type { DomainRecord, DomainStep, StepOf } from './domain-step.ts';
import { differences } from './expected-state.ts';
import type { GroupPolicyPlan } from './group-policy-plan.ts';
import { performStep, revertStep } from './perform-step.ts';
import { planChanges, type PlanContext } from './plan-changes.ts';
import type { Notice } from './share-check.ts';
import { changeList, changesOf, fingerprintOf, reverted } from './step-change.ts';

/** What was or would be changed. */
export interface DomainChanges {
  /** In the order in which they are made; none: all is as it should be. */
  readonly changes: readonly RollOutChange[];
  readonly notices: readonly Notice[];
  /** Computers of the plan's list that the domain does not know, as the list names them. */
  readonly unknownComputers: readonly string[];
  /** The domain controller. */
  readonly server: string;
  /** Of a preview: see `ApplyWork`. */
  readonly preview?: string;
}

export interface DomainWork {
  readonly credentials: DomainCredentials;
  readonly signal?: AbortSignal | undefined;
  /** Told what share of the work is done, from 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

export interface ApplyWork extends DomainWork, PlanContext {
  /** The preview that was seen: this is done, or nothing. */
  readonly preview?: string | undefined;
}

/** Keeps what was made, so that it can be taken back; null: nothing any more. */
export type SaveRecord = (record: DomainRecord | null) => Promise<void>;

/** Where in an apply planning ends and doing begins. */
const planned = 0.2;

/**
 * Puts a group policy into a Windows domain, and takes it away again: over LDAPS and SMB, with credentials that no longer
 * exist here once a call is over.
 */
export class DomainPolicyService {
  private readonly authorityFile: string | undefined;

  /** @param authorityFile PEM of certification authorities that vouch for domain controllers, beside those of the system */
  constructor(authorityFile?: string) {
    this.authorityFile = authorityFile;
  }

  /**
   * What `apply` would change. Changes nothing.
   * @throws LatchkeyError `domain.*`, `rollOut.shareNotUnc`, `rollOut.shareInvalid`, `rpc.cancelled`
   */
  preview(plan: GroupPolicyPlan, work: ApplyWork): Promise<DomainChanges> {
    return this.within(plan.domain, work, async (session) => {
      const { steps, notices, unknownComputers } = await planChanges(session, plan, work, (done) =>
        work.onProgress?.(done),
      );
      const { record } = work;
      const interrupted = record && !record.complete ? [{ code: 'domain.interruptedBefore', args: {} }] : [];
      const changes = changeList(steps);
      return {
        changes,
        notices: [...interrupted, ...notices],
        unknownComputers,
        server: session.server,
        preview: fingerprintOf(changes),
      };
    });
  }

  /**
   * Makes the domain as planned. Where a step fails, or somebody cancels, what was done by then is taken back. Done once more
   * it changes nothing.
   * @param save called before each step and at the end
   * @throws LatchkeyError as `preview`; `domain.previewOutdated`; `domain.leftBehind` where not everything could be taken back: then the record says
   *   what is left, and `undo` takes it back later
   */
  apply(plan: GroupPolicyPlan, work: ApplyWork, save: SaveRecord): Promise<DomainChanges> {
    const { record, file } = work;
    if (record && record.domain !== plan.domain) {
      return Promise.reject(new LatchkeyError('domain.otherDomain', { domain: record.domain }));
    }
    return this.within(plan.domain, work, async (session) => {
      const progress = (done: number): void => work.onProgress?.(done);
      const wanted = await planChanges(session, plan, work, (done) => progress(done * planned));
      const { policy, steps, unknownComputers } = wanted;
      if (work.preview !== undefined && work.preview !== fingerprintOf(changeList(steps))) {
        throw new LatchkeyError('domain.previewOutdated');
      }
      const former = record?.steps ?? [];
      const head = { version: 1, domain: plan.domain, server: session.server, policy } as const;
      const done: DomainStep[] = [];
      const notices = [...wanted.notices];
      const keep = (complete: boolean, more: readonly DomainStep[] = []): Promise<void> =>
        save({ ...head, steps: [...former, ...done, ...more], complete });
      if (steps.length === 0 && record?.complete) {
        return { changes: [], notices, unknownComputers, server: session.server };
      }
      const goOn = (): void => {
        if (work.signal?.aborted) throw new LatchkeyError('rpc.cancelled');
      };
      for (const [index, step] of steps.entries()) {
        const begun = [...done, step];
        try {
          goOn();
          await keep(false, [step]);
          done.push(await performStep(session, step, file));
          // After the last one too: whoever has cancelled is not to find it done.
          goOn();
        } catch (error) {
          if (isPackageRefused(step, error)) {
            await revertStep(session, step, new Set());
            notices.push({ code: 'domain.packageNotPlaced', args: { where: plan.share } });
            continue;
          }
          const left = await takeBack(session, done.length < begun.length ? begun : done);
          await save(left.length > 0 ? { ...head, steps: [...former, ...left], complete: false } : (record ?? null));
          throw left.length > 0 ? leftBehind(left, error) : error;
        }
        progress(planned + ((1 - planned) * (index + 1)) / steps.length);
      }
      await keep(true);
      return { changes: changeList(done), notices, unknownComputers, server: session.server };
    });
  }

  /**
   * Takes back all that was made, where it still is as it was left. Nothing is touched where somebody has changed something.
   * @param save called after each step
   * @throws LatchkeyError `domain.changedSince`, other `domain.*`, `rpc.cancelled`
   */
  undo(record: DomainRecord, work: DomainWork, save: SaveRecord): Promise<DomainChanges> {
    return this.within(record.domain, work, async (session) => {
      // On another domain controller the same folder has another path, and what is there may be older.
      const own = onServer(record, session.server);
      const changed = await differences(session, own);
      if (changed.length > 0) throw new LatchkeyError('domain.changedSince', { objects: listed(changed) });
      const left = [...own.steps];
      const doomed = doomedEntries(left);
      const undone: DomainStep[] = [];
      for (let step = left.at(-1); step; step = left.at(-1)) {
        if (work.signal?.aborted) throw new LatchkeyError('rpc.cancelled');
        await revertStep(session, step, doomed);
        undone.unshift(left.pop()!);
        await save(left.length > 0 ? { ...own, steps: left, complete: false } : null);
        work.onProgress?.(1 - left.length / own.steps.length);
      }
      const changes = reverted(changeList(undone));
      return { changes, notices: [], unknownComputers: [], server: session.server };
    });
  }

  private async within<T>(
    domain: string,
    { credentials, signal }: DomainWork,
    work: (session: DomainSession) => Promise<T>,
  ): Promise<T> {
    const session = await openDomainSession(domain, credentials, await readAuthorities(this.authorityFile), signal);
    try {
      return await work(session);
    } finally {
      await session.directory.signOut();
    }
  }
}

/** The share is somebody else's: who may not write there can have everything but the package. */
const isPackageRefused = (step: DomainStep, error: unknown): boolean =>
  (step.kind === 'package' || (step.kind === 'folder' && step.of === 'share')) &&
  error instanceof LatchkeyError &&
  error.code === 'domain.fileRefused';

const doomedEntries = (steps: readonly DomainStep[]): ReadonlySet<string> =>
  new Set(steps.filter((step): step is StepOf<'entry'> => step.kind === 'entry').map(({ dn }) => dn));

/** @returns the steps that could not be taken back, in their order */
async function takeBack(session: DomainSession, steps: readonly DomainStep[]): Promise<DomainStep[]> {
  const doomed = doomedEntries(steps);
  const left: DomainStep[] = [];
  for (const step of [...steps].reverse()) {
    try {
      await revertStep(session, step, doomed);
    } catch {
      left.unshift(step);
    }
  }
  return left;
}

function leftBehind(left: readonly DomainStep[], error: unknown): LatchkeyError {
  const { message, args } = error as Partial<LatchkeyError>;
  const objects = listed(left.flatMap(changesOf).map(({ target }) => target));
  return new LatchkeyError(
    'domain.leftBehind',
    { objects, reason: String(args?.['reason'] ?? message) },
    { cause: error },
  );
}

const mostListed = 10;
const listed = (names: readonly string[]): string => {
  const each = [...new Set(names)];
  return each.slice(0, mostListed).join('; ') + (each.length > mostListed ? '; …' : '');
};

/** Paths in SYSVOL lead to the domain controller that is talked to. */
function onServer(record: DomainRecord, server: string): DomainRecord {
  const [from, to] = [`\\\\${record.server}\\sysvol\\`, `\\\\${server}\\sysvol\\`];
  const steps = record.steps.map((step) =>
    'unc' in step && step.unc.startsWith(from) ? { ...step, unc: to + step.unc.slice(from.length) } : step,
  );
  return { ...record, server, steps };
}
