import { sql } from 'kysely';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { Store } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';
import { isSameComputer } from './hardware.ts';

/** Computers that are devices already. */
export class KnownComputers {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** The device that the computer with these facts is, as far as its hardware tells. */
  async find(facts: DeviceFacts): Promise<DeviceRow | undefined> {
    // Facts are kept as JSON: the rows that name one of these are few, and looked at closely.
    const marks = [facts.smbiosUuid, facts.serial, ...facts.interfaces.map(({ mac }) => mac)];
    const named = marks.filter((mark): mark is string => mark !== undefined && mark !== '');
    const candidates = await this.store.read
      .selectFrom('devices')
      .selectAll()
      .where('deleted_at', 'is', null)
      .where((eb) =>
        eb.or([
          eb('host_name', '=', facts.hostName),
          ...named.map((mark) => sql<boolean>`lower(facts) like ${patternOf(mark)} escape '!'`),
        ]),
      )
      .execute();
    return candidates.find((row) => isSameComputer(JSON.parse(row.facts) as DeviceFacts, facts));
  }
}

/** The text as JSON has it, anywhere. */
const patternOf = (text: string): string =>
  `%${JSON.stringify(text.toLowerCase()).replaceAll(/[!%_]/g, (character) => `!${character}`)}%`;
