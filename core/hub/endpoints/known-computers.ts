import type { Kysely } from 'kysely';
import type { DeviceFacts } from '#protocol/facts.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { Store } from '../store/store.ts';
import type { DeviceRow, Tables } from '../store/tables.ts';
import { isSameComputer, marksOf } from './hardware.ts';

type InsertMarks = ReturnType<typeof preparedQuery<Record<string, string>, unknown>>;
/** By how many marks they insert: computers have few, and in one statement they cost a join a quarter of the time. */
const inserts = new Map<number, InsertMarks>();

function insertMarks(count: number): InsertMarks {
  let insert = inserts.get(count);
  if (!insert) {
    insert = preparedQuery((db, place: Record<string, string>) =>
      db
        .insertInto('device_marks')
        .values(Array.from({ length: count }, (_, at) => ({ mark: place[`mark${at}`]!, device_id: place['device']! })))
        .onConflict((conflict) => conflict.doNothing()),
    );
    inserts.set(count, insert);
  }
  return insert;
}

/** Keeps by what the device's computer is known. @param before what was kept, where it was */
export async function keepMarks(
  db: Kysely<Tables>,
  device: string,
  facts: DeviceFacts,
  before?: DeviceFacts,
): Promise<void> {
  const marks = marksOf(facts);
  if (before) {
    const kept = marksOf(before);
    if (kept.length === marks.length && kept.every((mark, at) => mark === marks[at])) return;
    await db.deleteFrom('device_marks').where('device_id', '=', device).execute();
  }
  const places = Object.fromEntries(marks.map((mark, at) => [`mark${at}`, mark]));
  await insertMarks(marks.length)(db, { ...places, device });
}

/** Computers that are devices already. */
export class KnownComputers {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** The device that the computer with these facts is, as far as its hardware tells. */
  async find(facts: DeviceFacts): Promise<DeviceRow | undefined> {
    const candidates = await this.store.read
      .selectFrom('devices')
      .selectAll()
      .where('deleted_at', 'is', null)
      .where('id', 'in', (eb) => eb.selectFrom('device_marks').select('device_id').where('mark', 'in', marksOf(facts)))
      .execute();
    return candidates.find((row) => isSameComputer(JSON.parse(row.facts) as DeviceFacts, facts));
  }
}
