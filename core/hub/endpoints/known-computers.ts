import type { Kysely } from 'kysely';
import type { DeviceFacts } from '#protocol/facts.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { Store } from '../store/store.ts';
import type { DeviceRow, Tables } from '../store/tables.ts';
import { isSameComputer, marksOf } from './hardware.ts';
import type { LiveEndpoints } from './live-endpoints.ts';

/** The most marks that one statement keeps: few computers have more. */
const marksAtOnce = 8;

/** By how many marks they keep. */
const insertMarks = Array.from({ length: marksAtOnce + 1 }, (_, count) =>
  preparedQuery((db, place: Record<string, string>) =>
    db
      .insertInto('device_marks')
      .values(
        Array.from({ length: count }, (_, index) => ({ mark: place[`mark${index}`]!, device_id: place['device']! })),
      )
      .onConflict((conflict) => conflict.doNothing()),
  ),
);

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
    await db
      .deleteFrom('device_marks')
      .where('device_id', '=', device)
      // Keys that the device had before stay where they are.
      .where('mark', 'not like', 'key:%')
      .execute();
  }
  for (let start = 0; start < marks.length; start += marksAtOnce) {
    const some = marks.slice(start, start + marksAtOnce);
    const places = Object.fromEntries(some.map((mark, index) => [`mark${index}`, mark]));
    await insertMarks[some.length]?.(db, { ...places, device });
  }
}

/** Computers that are devices already. */
export class KnownComputers {
  private readonly store: Store;
  private readonly live: LiveEndpoints;

  constructor(store: Store, live: LiveEndpoints) {
    this.store = store;
    this.live = live;
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

  /** The device that this computer is now: one whose endpoint is away may have been wiped off it. */
  async findConnected(facts: DeviceFacts): Promise<DeviceRow | undefined> {
    const row = await this.find(facts);
    return row && this.live.get(row.id) ? row : undefined;
  }
}
