import type { Kysely } from 'kysely';
import { preparedQuery } from './prepared-query.ts';
import type { Tables } from './tables.ts';

type Name = 'seq' | 'audit';

interface Counter {
  /** What the store has counted to, once it has: its row is held from then until the commit. */
  readonly stored: Promise<number>;
  /** Numbers given since, which the store has not counted yet. */
  since: number;
}

const increase = preparedQuery((db, place: { name: Name; count: number }) =>
  db
    .updateTable('counters')
    .set((eb) => ({ value: eb('value', '+', place.count) }))
    .where('name', '=', place.name)
    .returning('value'),
);

/** Where the counters stood at some moment of a commit. */
export type CounterMarks = ReadonlyMap<Name, number>;

/** The store's counters during one commit: asked for a number they ask the store once, and tell it at the end. */
export class Counters {
  private readonly db: Kysely<Tables>;
  private readonly counters = new Map<Name, Counter>();

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** Takes as many numbers as `count`. Returns the last. */
  async take(name: Name, count = 1): Promise<number> {
    let counter = this.counters.get(name);
    if (counter) counter.since += count;
    else this.counters.set(name, (counter = { stored: this.count(name, count), since: 0 }));
    const { since } = counter;
    return (await counter.stored) + since;
  }

  marks(): CounterMarks {
    return new Map([...this.counters].map(([name, { since }]) => [name, since]));
  }

  /** What was taken since has been undone, in the store too: it is taken again by others. */
  goBack(marks: CounterMarks): void {
    for (const [name, counter] of this.counters) {
      const since = marks.get(name);
      if (since === undefined) this.counters.delete(name);
      else counter.since = since;
    }
  }

  /** To be called before the commit. */
  async keep(): Promise<void> {
    for (const [name, { since }] of this.counters) if (since > 0) await this.count(name, since);
  }

  private async count(name: Name, count: number): Promise<number> {
    const [row] = await increase(this.db, { name, count });
    if (!row) throw new Error(`The store has no counter "${name}".`);
    return row.value;
  }
}
