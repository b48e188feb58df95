import { LatchkeyError } from '#protocol/errors.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { DeviceList } from './device-list.ts';
import { compileQuery, filterDevices, type DeviceQuery } from './device-query.ts';
import type { DeviceParticulars } from './device-particulars.ts';
import type { DeviceReplica } from './device-replica.ts';
import { fold } from './name-order.ts';
import { queryCompletions, type QueryCompletion } from './query-completion.ts';

/** What is asked beforehand: words, one in another, what must not be, and fields. */
const rehearsed = ['e', 'er', 'r -e', 'os:linux 1', '0', 'a'];

/** Device queries, asked of the replica. */
export class DeviceQueries {
  private readonly replica: DeviceReplica;
  private readonly l10n: LocalizationService;
  private readonly particulars: DeviceParticulars;
  private readonly now: () => number;

  /** @param now by the hub's clock, milliseconds since 1970: `offline>2h` is asked of what the hub says */
  constructor(
    replica: DeviceReplica,
    l10n: LocalizationService,
    particulars: DeviceParticulars,
    now: () => number = Date.now,
  ) {
    this.replica = replica;
    this.l10n = l10n;
    this.particulars = particulars;
    this.now = now;
  }

  /**
   * For what is typed: what is wrong stands in `problems`, and the rest is in force. What it asks and the replica lacks
   * is loaded; whoever follows the replica asks it again then.
   */
  compile(query: string): DeviceQuery {
    const compiled = compileQuery(query, { groups: this.replica.groups(), now: this.now() });
    if (compiled.needsParticulars) this.particulars.want();
    return compiled;
  }

  /**
   * The devices that match, by name.
   * @throws LatchkeyError `query.invalid`, which says what is wrong and at which character
   */
  run(query: string): DeviceList {
    const compiled = this.compile(query);
    const problem = this.problem(compiled);
    if (problem) throw problem;
    return this.filter(compiled);
  }

  /** As `run`, of a compiled query and whatever is wrong with it. */
  filter(query: DeviceQuery): DeviceList {
    // What every group of the tree asks: there is an index for it.
    const term = query.required.find(
      ({ field, operator, negated }) => field === 'group' && operator === ':' && !negated,
    );
    const group = term && this.groupNamed(term.value);
    if (group !== undefined) {
      const entries = this.replica.inGroup(group);
      return query.terms.length === 1 ? entries : filterDevices(entries, query);
    }
    return filterDevices(this.replica.all(), query);
  }

  /**
   * As `run`, once all that the query asks has been loaded.
   * @throws LatchkeyError `query.invalid`, `hub.unreachable`
   */
  async runWhole(query: string): Promise<DeviceList> {
    const compiled = this.compile(query);
    const problem = this.problem(compiled);
    if (problem) throw problem;
    return this.filterWhole(compiled);
  }

  /**
   * As `filter`, once all that the query asks has been loaded.
   * @throws LatchkeyError `hub.unreachable`
   */
  async filterWhole(query: DeviceQuery): Promise<DeviceList> {
    if (query.needsParticulars) await this.particulars.load();
    return this.filter(query);
  }

  /**
   * Does beforehand, in steps of a few milliseconds, what the first search among very many devices would wait for: names are
   * folded, and what searches them has run often enough to be fast.
   */
  *prepare(): Generator<void> {
    this.replica.prepareSearch();
    for (const query of rehearsed) {
      yield;
      const compiled = this.compile(query);
      for (const { id } of this.replica.groups()) filterDevices(this.replica.inGroup(id), compiled);
    }
  }

  /** The identifier of the one group that a value names. */
  private groupNamed(value: string): string | undefined {
    if (this.replica.group(value)) return value;
    const named = this.replica.groups().filter(({ name }) => fold(name) === fold(value));
    return named.length === 1 ? named[0]?.id : undefined;
  }

  /** The first thing that is wrong with a query, in the language of now. */
  problem({ text, problems: [first] }: DeviceQuery): LatchkeyError | undefined {
    if (!first) return undefined;
    const problem = this.l10n.t('query.at', { position: first.start + 1, problem: this.l10n.t(first.key, first.args) });
    return new LatchkeyError('query.invalid', { query: text, problem });
  }

  /** What could stand at the cursor, for a list below a line in which a query is typed. */
  complete(query: string, cursor: number): QueryCompletion[] {
    return queryCompletions(query, cursor, { groups: this.replica.groups() });
  }
}
