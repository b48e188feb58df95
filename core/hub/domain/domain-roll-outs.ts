import { LatchkeyError } from '#protocol/errors.ts';
import type { RollOutChange, RollOutChangeList } from '#protocol/roll-outs.ts';
import type { PayloadWatcher } from '../installers/formats/payload-cache.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { RollOutFileService } from '../roll-outs/roll-out-file-service.ts';
import { subjectOf } from '../roll-outs/roll-out-rows.ts';
import type { RollOutService } from '../roll-outs/roll-out-service.ts';
import type { HubPart } from '../hub-part.ts';
import type { Store } from '../store/store.ts';
import type { RollOutRow } from '../store/tables.ts';
import { requireAdministrator, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { DomainChanges, DomainPolicyService, SaveRecord } from './domain-policy-service.ts';
import type { DomainCredentials } from './domain-session.ts';
import { domainRecord, type DomainRecord } from './domain-step.ts';
import { newPolicyId } from './plan-changes.ts';
import { changeList } from './step-change.ts';

export interface DomainRollOutsParts {
  readonly store: Store;
  readonly permissions: PermissionService;
  readonly rollOuts: RollOutService;
  readonly files: RollOutFileService;
  readonly policies: DomainPolicyService;
}

type Applied = Parameters<RollOutService['recordApplied']>[2];

/** The most changes that an entry of the audit log names, and of each value, such as a script, the most characters. */
const mostAudited = 50;
const mostCharacters = 200;
/** Making the package is the first tenth of the work. */
const packageShare = 0.1;

/**
 * Roll-outs put into their domain by the hub, by administrators alone: whoever may do it has the hub connect to computers
 * of its network. What was done is kept with the roll-out from the first step on.
 */
export class DomainRollOuts implements HubPart {
  private readonly parts: DomainRollOutsParts;
  private readonly running = new Map<string, { readonly abort: AbortController; readonly done: Promise<unknown> }>();
  /** What policies that a preview has shown will be called, so that the same is made then. */
  private readonly proposed = new Map<string, string>();

  constructor(parts: DomainRollOutsParts) {
    this.parts = parts;
  }

  /** What is under way is taken back first. */
  async stop(): Promise<void> {
    for (const { abort } of this.running.values()) abort.abort();
    await Promise.allSettled([...this.running.values()].map(({ done }) => done));
  }

  /** @throws LatchkeyError `permission.*`, as `RollOutFileService.plan` and `DomainPolicyService.preview` */
  async preview(
    actor: TechnicianActor,
    id: string,
    credentials: DomainCredentials,
    watcher: PayloadWatcher,
  ): Promise<RollOutChangeList> {
    requireAdministrator(actor, 'rollOut.preview');
    const { rollOut, plan, packages } = await this.parts.files.plan(actor, id, firstPart(watcher));
    const [{ artefact: file }] = packages;
    const record = recordOf(rollOut.row);
    const policy = record?.policy ?? this.proposed.get(id) ?? newPolicyId();
    this.proposed.set(id, policy);
    const work = { credentials, record, file, policy, ...laterPart(watcher) };
    return answer(await this.parts.policies.preview(plan, work));
  }

  /**
   * @param preview that somebody has seen: this is done, or nothing
   * @throws LatchkeyError `permission.*`, `domain.underWay`, as `RollOutFileService.plan` and `DomainPolicyService.apply`
   */
  apply(
    actor: TechnicianActor,
    id: string,
    credentials: DomainCredentials,
    watcher: PayloadWatcher,
    preview?: string,
  ): Promise<RollOutChangeList> {
    requireAdministrator(actor, 'rollOut.apply');
    return this.alone(id, watcher, async (watching) => {
      const { rollOut, plan, packages } = await this.parts.files.plan(actor, id, firstPart(watching));
      const [made] = packages;
      const { row } = rollOut;
      const record = recordOf(row);
      let applied = appliedOf(row);
      let kept: DomainRecord | null = record ?? null;
      const save: SaveRecord = async (next) => {
        kept = next;
        if (next?.complete) applied = { at: Date.now(), by: actor.name, domainController: next.server };
        await this.keep(id, applied, next);
      };
      try {
        const policy = record?.policy ?? this.proposed.get(id);
        const work = { credentials, record, file: made.artefact, policy, preview, ...laterPart(watching) };
        const changes = await this.parts.policies.apply(plan, work, save);
        this.proposed.delete(id);
        if (changes.changes.length > 0) {
          await this.record(actor, row, 'rollOut.apply', changes);
          if (changes.changes.some(({ kind }) => kind === 'file')) await made.handedOut();
        }
        return answer(changes);
      } catch (error) {
        await this.recordFailure(actor, row, 'rollOut.apply', error, kept);
        throw error;
      }
    });
  }

  /** @throws LatchkeyError `permission.*`, `rollOut.notFound`, `domain.underWay`, and as `DomainPolicyService.undo` */
  undo(
    actor: TechnicianActor,
    id: string,
    credentials: DomainCredentials,
    watcher: PayloadWatcher,
  ): Promise<RollOutChangeList> {
    requireAdministrator(actor, 'rollOut.undo');
    return this.alone(id, watcher, async ({ signal, onProgress }) => {
      this.parts.permissions.require(actor, 'method.gpo');
      const row = await this.parts.rollOuts.visible(actor, id);
      const record = recordOf(row);
      if (!record) throw new LatchkeyError('domain.nothingApplied');
      let kept: DomainRecord | null = record;
      const save: SaveRecord = async (next) => {
        kept = next;
        await this.keep(id, next === null ? null : appliedOf(row), next);
      };
      try {
        const changes = await this.parts.policies.undo(record, { credentials, signal, onProgress }, save);
        await this.record(actor, row, 'rollOut.undo', changes);
        return answer(changes);
      } catch (error) {
        await this.recordFailure(actor, row, 'rollOut.undo', error, kept);
        throw error;
      }
    });
  }

  /**
   * What was made for a roll-out, in the order in which it was.
   * @throws LatchkeyError `permission.*`, `rollOut.notFound`
   */
  async made(actor: TechnicianActor, id: string): Promise<{ changes: RollOutChange[] }> {
    requireAdministrator(actor, 'rollOut.made');
    const record = recordOf(await this.parts.rollOuts.visible(actor, id));
    return { changes: record ? changeList(record.steps) : [] };
  }

  /** One thing at a time for each roll-out; ended, and taken back, when the hub stops. */
  private async alone<T>(
    id: string,
    { signal, onProgress }: PayloadWatcher,
    work: (watcher: PayloadWatcher) => Promise<T>,
  ): Promise<T> {
    const hold = this.parts.rollOuts.hold(id);
    const abort = new AbortController();
    const either = signal ? AbortSignal.any([signal, abort.signal]) : abort.signal;
    const done = work({ signal: either, onProgress });
    this.running.set(id, { abort, done });
    try {
      return await done;
    } finally {
      this.running.delete(id);
      hold.dispose();
    }
  }

  private keep(id: string, applied: Applied, record: DomainRecord | null): Promise<void> {
    return this.parts.store.write((tx) => this.parts.rollOuts.recordApplied(tx, id, applied, record));
  }

  private record(actor: TechnicianActor, row: RollOutRow, action: string, done: DomainChanges): Promise<void> {
    const { changes, server: domainController } = done;
    const named = changes.slice(0, mostAudited);
    const before = Object.fromEntries(named.map((each) => [nameOf(each), shortened(each.before)]));
    const after = {
      ...{ domain: row.domain, domainController },
      ...Object.fromEntries(named.map((each) => [nameOf(each), shortened(each.after)])),
      ...(changes.length > mostAudited && { more: changes.length - mostAudited }),
    };
    return this.parts.store.write((tx) => tx.audit({ actor, action, subject: subjectOf(row), before, after }));
  }

  /** With what it left behind, where it did. What was refused is in the log anyway. */
  private async recordFailure(
    actor: TechnicianActor,
    row: RollOutRow,
    action: string,
    error: unknown,
    kept: DomainRecord | null,
  ): Promise<void> {
    const known = error instanceof LatchkeyError ? error : undefined;
    const problem = known?.code ?? 'internal';
    const left = kept && !kept.complete ? kept.steps.length : 0;
    if (known?.kind === 'refused' && left === 0) return;
    const after = { domain: row.domain, problem, left };
    await this.parts.store.write((tx) =>
      tx.audit({ actor, action, outcome: 'failed', subject: subjectOf(row), after }),
    );
  }
}

/** @throws Error where what is kept is damaged: then nothing is guessed about a domain */
function recordOf({ undo }: RollOutRow): DomainRecord | undefined {
  return undo === null ? undefined : domainRecord.parse(JSON.parse(undo));
}

const appliedOf = ({ applied }: RollOutRow): Applied =>
  applied === null ? null : (JSON.parse(applied) as NonNullable<Applied>);

const nameOf = ({ kind, target }: RollOutChange): string => `${kind}: ${target}`;
const shortened = (value: string | null): string | null =>
  value !== null && value.length > mostCharacters ? `${value.slice(0, mostCharacters)}…` : value;

const answer = ({ changes, notices, unknownComputers, server, preview }: DomainChanges): RollOutChangeList => ({
  changes: [...changes],
  notices: notices.map(({ code, args }) => ({ code, args: { ...args } })),
  unknownComputers: [...unknownComputers],
  domainController: server,
  ...(preview !== undefined && { preview }),
});

const firstPart = ({ signal, onProgress }: PayloadWatcher): PayloadWatcher => ({
  signal,
  onProgress: (fraction) => onProgress?.(fraction * packageShare),
});

const laterPart = ({ signal, onProgress }: PayloadWatcher): PayloadWatcher => ({
  signal,
  onProgress: (fraction) => onProgress?.(packageShare + fraction * (1 - packageShare)),
});
