import type { Kysely } from 'kysely';
import type { RollOutComputer, RollOutProgress } from '#protocol/roll-outs.ts';
import { stateOf } from '../installers/installer-service.ts';
import type { Store } from '../store/store.ts';
import type { RollOutRow, Tables } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import { ComputerList, computerKey } from './computer-names.ts';
import { targetOf, toSummary } from './roll-out-rows.ts';
import { timelineOf } from './roll-out-timeline.ts';

/** In one statement. */
const namesAtOnce = 2000;
/** The most computers that were refused, of which each may have tried for days. */
const refusalLimit = 20_000;

/** Of an answer: the most rows of a table. */
const computerLimit = 10_000;

/** A computer of the list, or one that came without being on it. */
interface Entry {
  computer: RollOutComputer;
}

type Came = Pick<RollOutComputer, 'state' | 'device' | 'at' | 'address' | 'problem'>;

/** Puts those who were expected beside those who came. */
export class RollOutProgressReader {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** @param row one that the actor may see */
  read(actor: TechnicianActor, row: RollOutRow): Promise<RollOutProgress> {
    return this.store.snapshot(async (db) => {
      const installer =
        row.installer_id === null
          ? undefined
          : await db.selectFrom('installers').selectAll().where('id', '=', row.installer_id).executeTakeFirst();
      const board = new Board(row);
      if (installer) {
        await this.addRefused(db, installer.id, board);
        await this.addCome(db, installer.id, board);
      }
      await this.addPresent(db, actor, board);
      const computers = board.computers();
      const joined = computers.filter(({ state }) => state === 'joined');
      const expected = joined.filter((each) => each.expected);
      return {
        rollOut: toSummary(row, { joined: expected.length, strangers: joined.length - expected.length }),
        installer: installer ? { state: stateOf(installer), limit: installer.max_uses, used: installer.used } : null,
        counts: countsOf(computers, row.expected, targetOf(row)?.kind === 'computers'),
        computers: computers.slice(0, computerLimit),
        timeline: timelineOf(
          row.created_at,
          expected.flatMap(({ at }) => (at === null ? [] : [at])),
        ),
      };
    });
  }

  /** The latest refusal of each. One that came in later is not among the refused. */
  private async addRefused(db: Kysely<Tables>, installer: string, board: Board): Promise<void> {
    const rows = await db
      .selectFrom('audit')
      .select(['actor_name', 'at', 'address', 'after'])
      .where('subject_id', '=', installer)
      .where('outcome', '=', 'refused')
      .where('action', '=', 'device.join')
      .orderBy('number', 'desc')
      .limit(refusalLimit)
      .execute();
    for (const { actor_name, at, address, after } of rows.reverse()) {
      const { error: code = 'internal', ...args } = JSON.parse(after ?? '{}') as Record<string, string>;
      board.came(actor_name, { state: 'refused', device: null, at, address, problem: { code, args } });
    }
  }

  private async addCome(db: Kysely<Tables>, installer: string, board: Board): Promise<void> {
    const rows = await db
      .selectFrom('installer_uses')
      .selectAll()
      .where('installer_id', '=', installer)
      .orderBy('at')
      .orderBy('device_id')
      .execute();
    for (const { host_name, outcome, device_id: device, at, address } of rows) {
      const state = outcome === 'approved' ? 'joined' : outcome;
      board.came(host_name, { state, device, at, address, problem: null });
    }
    const returns = await db
      .selectFrom('installer_returns')
      .selectAll()
      .where('installer_id', '=', installer)
      .orderBy('at')
      .orderBy('device_id')
      .execute();
    // They were devices before: in, without a slot.
    for (const { host_name, device_id: device, at, address } of returns) {
      board.came(host_name, { state: 'joined', device, at, address, problem: null });
    }
  }

  /** Expected ones that are devices without this roll-out: nothing will be heard of them here. */
  private async addPresent(db: Kysely<Tables>, actor: TechnicianActor, board: Board): Promise<void> {
    const marks = board.missing().flatMap((name) => marksOf(name, board.domain));
    for (let start = 0; start < marks.length; start += namesAtOnce) {
      const rows = await db
        .selectFrom('device_marks')
        .innerJoin('devices', 'devices.id', 'device_marks.device_id')
        .select(['devices.id', 'devices.host_name', 'devices.group_id', 'devices.joined_at'])
        .where('device_marks.mark', 'in', marks.slice(start, start + namesAtOnce))
        .where('devices.deleted_at', 'is', null)
        .execute();
      for (const { id, host_name, group_id, joined_at: at } of rows) {
        if (!hasGroup(actor, group_id)) continue;
        board.came(host_name, { state: 'present', device: id, at, address: null, problem: null });
      }
    }
  }
}

/** Under which a computer of this name may be known. */
function marksOf(name: string, domain: string | null): string[] {
  const names = [name, name.toLowerCase(), name.toUpperCase()];
  if (domain !== null) names.push(`${name.toLowerCase()}.${domain}`, `${name}.${domain}`);
  return [...new Set(names)].map((each) => `host:${each}`);
}

/** What is known of each, the expected ones first in it. */
class Board {
  readonly domain: string | null;
  private readonly expected = new ComputerList<Entry>();
  private readonly others = new Map<string, Entry>();
  private readonly entries: Entry[] = [];
  private readonly listed: boolean;

  constructor(row: RollOutRow) {
    const target = targetOf(row);
    this.domain = row.domain;
    this.listed = target?.kind === 'computers';
    for (const name of target?.kind === 'computers' ? target.computers : []) {
      const entry = this.add(name, true);
      this.expected.add(name, entry);
    }
  }

  /** Puts down how one fared. What is known of a device outweighs a refusal; the latest of the same kind counts. */
  came(name: string, came: Came): void {
    const entry = this.expected.find(name) ?? this.others.get(computerKey(name));
    if (entry) {
      const keep = entry.computer.state === 'joined' && came.state !== 'joined';
      if (!keep) entry.computer = { ...entry.computer, ...came };
      return;
    }
    if (came.state === 'present') return;
    const other = this.add(name, !this.listed);
    other.computer = { ...other.computer, ...came };
    this.others.set(computerKey(name), other);
  }

  missing(): string[] {
    return this.entries.filter(({ computer }) => computer.state === 'missing').map(({ computer }) => computer.name);
  }

  computers(): RollOutComputer[] {
    const byName = new Intl.Collator(undefined, { numeric: true });
    return this.entries
      .map(({ computer }) => computer)
      .sort((a, b) => rank[a.state] - rank[b.state] || (b.at ?? 0) - (a.at ?? 0) || byName.compare(a.name, b.name));
  }

  private add(name: string, expected: boolean): Entry {
    const entry: Entry = {
      computer: { name, state: 'missing', expected, device: null, at: null, address: null, problem: null },
    };
    this.entries.push(entry);
    return entry;
  }
}

/** Those that need a look stand first. */
const rank: Readonly<Record<RollOutComputer['state'], number>> = {
  refused: 0,
  rejected: 1,
  waiting: 2,
  missing: 3,
  joined: 4,
  present: 5,
};

function countsOf(
  computers: readonly RollOutComputer[],
  expected: number | null,
  listed: boolean,
): RollOutProgress['counts'] {
  const count = (...states: RollOutComputer['state'][]): number =>
    computers.filter(({ state }) => states.includes(state)).length;
  const joined = count('joined');
  const missing = listed ? count('missing') : expected === null ? null : Math.max(0, expected - joined);
  return {
    expected,
    joined,
    waiting: count('waiting'),
    failed: count('refused', 'rejected'),
    present: count('present'),
    missing,
  };
}
