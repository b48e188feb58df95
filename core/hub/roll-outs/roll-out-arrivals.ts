import type { Kysely } from 'kysely';
import type { RollOutTarget } from '#protocol/roll-outs.ts';
import type { RollOutRow, Tables } from '../store/tables.ts';
import { ComputerList, computerKey } from './computer-names.ts';
import { nobody, targetOf, type Arrivals } from './roll-out-rows.ts';

type Columns = Pick<RollOutRow, 'id' | 'installer_id' | 'target'>;

/** Tells those who came from those expected, by the names of computers: each counts once, however often it came. */
export function arrivalsOf(target: RollOutTarget | null, hostNames: Iterable<string>): Arrivals {
  const listed = target?.kind === 'computers';
  const expected = new ComputerList<string>();
  for (const name of listed ? target.computers : []) expected.add(name, computerKey(name));
  const joined = new Set<string>();
  const strangers = new Set<string>();
  for (const name of hostNames) {
    const known = expected.find(name);
    if (listed && known === undefined) strangers.add(computerKey(name));
    else joined.add(known ?? computerKey(name));
  }
  return { joined: joined.size, strangers: strangers.size };
}

/** Who has come in each roll-out. Counted anew only where it is somebody else: it is asked each second while they come. */
export class RollOutArrivals {
  private readonly known = new Map<string, { readonly stamp: string } & Arrivals>();

  /** By roll-out, all of `rows`. */
  async of(db: Kysely<Tables>, rows: readonly Columns[]): Promise<ReadonlyMap<string, Arrivals>> {
    const stamps = await stampsOf(db, rows);
    const arrivals = new Map<string, Arrivals>();
    for (const row of rows) {
      const came = stamps.get(row.installer_id ?? '');
      arrivals.set(row.id, came === undefined ? nobody : await this.count(db, row, `${came} ${row.target}`));
    }
    return arrivals;
  }

  forget(rollOut: string): void {
    this.known.delete(rollOut);
  }

  private async count(db: Kysely<Tables>, row: Columns, stamp: string): Promise<Arrivals> {
    const known = this.known.get(row.id);
    if (known?.stamp === stamp) return known;
    const counted = arrivalsOf(targetOf(row), await hostNames(db, row.installer_id!));
    this.known.set(row.id, { stamp, ...counted });
    return counted;
  }
}

const isIn = ['joined', 'approved'] as const;

/** By installer, where somebody has come: how many, in which way, and when the last, which changes with every join, approval and merge. */
async function stampsOf(db: Kysely<Tables>, rows: readonly Columns[]): Promise<Map<string, string>> {
  const installers = rows.flatMap(({ installer_id }) => (installer_id === null ? [] : [installer_id]));
  const stamps = new Map<string, string>();
  if (installers.length === 0) return stamps;
  const uses = await db
    .selectFrom('installer_uses')
    .where('installer_id', 'in', installers)
    .where('outcome', 'in', isIn)
    .groupBy(['installer_id', 'outcome'])
    .orderBy('outcome')
    .select(({ fn }) => ['installer_id', 'outcome', fn.countAll().as('count'), fn.max('at').as('last')])
    .execute();
  const returns = await db
    .selectFrom('installer_returns')
    .where('installer_id', 'in', installers)
    .groupBy('installer_id')
    .select(({ fn }) => ['installer_id', fn.countAll().as('count'), fn.max('at').as('last')])
    .execute();
  for (const { installer_id, count, last } of [...uses, ...returns]) {
    stamps.set(installer_id, `${stamps.get(installer_id) ?? ''} ${count}@${last}`);
  }
  return stamps;
}

async function hostNames(db: Kysely<Tables>, installer: string): Promise<string[]> {
  const uses = await db
    .selectFrom('installer_uses')
    .select('host_name')
    .where('installer_id', '=', installer)
    .where('outcome', 'in', isIn)
    .execute();
  const returns = await db
    .selectFrom('installer_returns')
    .select('host_name')
    .where('installer_id', '=', installer)
    .execute();
  return [...uses, ...returns].map(({ host_name }) => host_name);
}
