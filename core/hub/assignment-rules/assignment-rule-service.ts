import { Subject, type Observable } from 'rxjs';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import {
  assignmentRule,
  type AssignmentRule,
  type AssignmentRules,
  type ProposedMove,
} from '#protocol/assignment-rules.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { timestamp } from '#protocol/primitives.ts';
import type { HubPart } from '../hub-part.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { requireAdministrator, type TechnicianActor } from '../workbench/technician-actor.ts';
import { compileRule, type CompiledRule } from './compiled-rule.ts';

/** Under which they are kept. */
const settingName = 'assignmentRules';
/** Devices in one answer of a preview, and in one go: everything else waits as long. */
const pageSize = 4000;
const chunkSize = 500;

const kept = z.object({
  version: z.number().int(),
  rules: z.array(assignmentRule),
  changedBy: z.string().nullable(),
  changedAt: timestamp.nullable(),
});
type Kept = z.output<typeof kept>;
const none: Kept = { version: 0, rules: [], changedBy: null, changedAt: null };

/** The part of a preview that one answer holds. */
export interface Preview {
  readonly moves: ProposedMove[];
  readonly devices: number;
  readonly inPlace: number;
  readonly unmatched: number;
  readonly deletedGroups: string[];
  readonly next: string | null;
}

/** The rules by which computers get their device group. In memory too: a join asks them without a look at the store. */
export class AssignmentRuleService implements HubPart {
  private readonly store: Store;
  private compiled: readonly CompiledRule[] = [];
  private readonly changes = new Subject<number>();
  /** The version that is in force from now on. */
  readonly changed$: Observable<number> = this.changes;

  constructor(store: Store) {
    this.store = store;
  }

  async start(): Promise<void> {
    this.compiled = compile((await this.read(this.store.read)).rules);
  }

  /** @throws LatchkeyError `permission.administratorOnly` */
  async get(actor: TechnicianActor): Promise<AssignmentRules> {
    requireAdministrator(actor, 'assignmentRules.get');
    const rules = await this.read(this.store.read);
    return { ...rules, deletedGroups: await deletedGroups(this.store.read, rules.rules) };
  }

  /**
   * Puts these in the place of those of `version`.
   * @throws LatchkeyError `permission.administratorOnly`, `assignmentRules.*`
   */
  async save(actor: TechnicianActor, version: number, rules: readonly AssignmentRule[]): Promise<AssignmentRules> {
    requireAdministrator(actor, 'assignmentRules.save');
    requireUnique(rules);
    for (const rule of rules) compileRule(rule);
    const saved = await this.store.write(async (tx) => {
      const before = await this.read(tx.db);
      if (before.version !== version) {
        throw new LatchkeyError('assignmentRules.changedMeanwhile', { technician: before.changedBy ?? '' });
      }
      const gone = await deletedGroups(tx.db, rules);
      // One that has lost its group may stay as it is; a new one, or a changed one, needs a group that there is.
      const wrong = rules.find(({ id, group, enabled }) => {
        const old = before.rules.find((each) => each.id === id);
        return gone.includes(group) && enabled && old?.group !== group;
      });
      if (wrong) throw new LatchkeyError('assignmentRules.groupDeleted', { rule: wrong.name });
      const after: Kept = { version: version + 1, rules: [...rules], changedBy: actor.name, changedAt: Date.now() };
      const value = JSON.stringify(after);
      await tx.db
        .insertInto('account_settings')
        .values({ name: settingName, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
      await tx.audit({
        actor,
        action: 'assignmentRules.save',
        before: { version, rules: before.rules },
        after: { version: after.version, rules: after.rules },
      });
      const compiled = compile(rules);
      tx.afterCommit(() => {
        this.compiled = compiled;
        this.changes.next(after.version);
      });
      return { ...after, deletedGroups: gone };
    });
    return saved;
  }

  /** Where a computer belongs, by the first rule that fits and whose group there is. */
  async decide(db: Kysely<Tables>, facts: DeviceFacts): Promise<AssignmentRule | undefined> {
    for (const { rule, fits } of this.compiled) {
      if (fits(facts) && (await deletedGroups(db, [rule])).length === 0) return rule;
    }
    return undefined;
  }

  /**
   * What the rules would move of the devices behind `after`.
   * @param draft in the place of those that are in force
   * @throws LatchkeyError `permission.administratorOnly`, `assignmentRules.*`
   */
  async preview(
    actor: TechnicianActor,
    draft: readonly AssignmentRule[] | undefined,
    after: string | null,
    isCancelled: () => boolean,
  ): Promise<Preview> {
    requireAdministrator(actor, 'assignmentRules.preview');
    const all = draft ?? (await this.read(this.store.read)).rules;
    if (draft) requireUnique(draft);
    const gone = await deletedGroups(this.store.read, all);
    const rules = compile(all).filter(({ rule }) => !gone.includes(rule.group));
    const preview = { moves: [] as ProposedMove[], devices: 0, inPlace: 0, unmatched: 0, deletedGroups: gone };
    let last = after ?? '';
    while (preview.devices < pageSize) {
      const rows = await this.store.read
        .selectFrom('devices')
        .select(['id', 'group_id', 'facts'])
        .where('id', '>', last)
        .where('deleted_at', 'is', null)
        .orderBy('id')
        .limit(chunkSize)
        .execute();
      for (const { id, group_id: from, facts: text } of rows) {
        const facts = JSON.parse(text) as DeviceFacts;
        const rule = rules.find((each) => each.fits(facts))?.rule;
        if (!rule) preview.unmatched++;
        else if (rule.group === from) preview.inPlace++;
        else preview.moves.push({ device: id, from, to: rule.group, rule: rule.id });
      }
      preview.devices += rows.length;
      last = rows.at(-1)?.id ?? last;
      if (rows.length < chunkSize) return { ...preview, next: null };
      if (isCancelled()) throw new LatchkeyError('rpc.cancelled');
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return { ...preview, next: last };
  }

  private async read(db: Kysely<Tables>): Promise<Kept> {
    const row = await db
      .selectFrom('account_settings')
      .select('value')
      .where('name', '=', settingName)
      .executeTakeFirst();
    return row ? kept.parse(JSON.parse(row.value)) : none;
  }
}

const compile = (rules: readonly AssignmentRule[]): CompiledRule[] =>
  rules.filter(({ enabled }) => enabled).map(compileRule);

function requireUnique(rules: readonly AssignmentRule[]): void {
  const twice = rules.find(({ id }, index) => rules.findIndex((each) => each.id === id) !== index);
  if (twice) throw new LatchkeyError('assignmentRules.duplicate', { rule: twice.name });
}

/** Of the rules' groups those that do not exist. */
async function deletedGroups(db: Kysely<Tables>, rules: readonly AssignmentRule[]): Promise<string[]> {
  const wanted = [...new Set(rules.map(({ group }) => group))];
  if (wanted.length === 0) return [];
  const rows = await db
    .selectFrom('device_groups')
    .select('id')
    .where('id', 'in', wanted)
    .where('deleted_at', 'is', null)
    .execute();
  const there = new Set(rows.map(({ id }) => id));
  return wanted.filter((id) => !there.has(id));
}
