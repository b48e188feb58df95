import { randomBytes, randomInt } from 'node:crypto';
import type { Insertable } from 'kysely';
import { newId } from '#core/base/ids.ts';
import { believableFacts } from '#core/cli/simulation/believable-facts.ts';
import { factColumns } from '#core/hub/devices/device-row.ts';
import { openStore } from '#core/hub/store/open-store.ts';
import type { DeviceRow } from '#core/hub/store/tables.ts';

/** Rows in one statement: SQLite takes no more than 32,766 values. */
const rowsAtOnce = 1000;

/**
 * A hub's store with so many devices, spread evenly over groups: written straight into its tables, as joining them one by
 * one would take minutes.
 * @returns the groups' identifiers
 */
export async function fillStore(folder: string, devices: number, groups: number): Promise<string[]> {
  const store = await openStore({ folder });
  try {
    return await store.write(async ({ db }) => {
      const { value: last } = await db
        .selectFrom('counters')
        .select('value')
        .where('name', '=', 'seq')
        .executeTakeFirstOrThrow();
      let seq = last;
      const now = Date.now();
      const ids = Array.from({ length: groups }, newId);
      const groupRows = ids.map((id, index) => {
        const name = `Site ${String(index + 1).padStart(2, '0')}`;
        return { id, name, name_key: name.toLowerCase(), created_at: now, deleted_at: null, seq: ++seq };
      });
      await db.insertInto('device_groups').values(groupRows).execute();
      for (let from = 0; from < devices; from += rowsAtOnce) {
        const rows = Array.from({ length: Math.min(rowsAtOnce, devices - from) }, (_, at): Insertable<DeviceRow> => {
          const facts = believableFacts('bench', from + at);
          return {
            id: newId(),
            group_id: ids[(from + at) % groups]!,
            // Each tenth has a name of its own beside the computer's.
            nickname: at % 10 === 0 ? `Till ${from + at}` : null,
            ...factColumns(facts),
            state: 'active',
            // At any time of a year: what follows a rule would be packed into nothing.
            joined_at: now - randomInt(365 * 86_400_000),
            last_seen_at: now,
            public_key: randomBytes(32).toString('base64url'),
            installer_id: null,
            facts: JSON.stringify(facts),
            waiting_for: null,
            deleted_at: null,
            moved_seq: null,
            seq: ++seq,
            password_stored: 0,
            access_blocked: 0,
            deleted_by: null,
          };
        });
        await db.insertInto('devices').values(rows).execute();
      }
      await db.updateTable('counters').set({ value: seq }).where('name', '=', 'seq').execute();
      return ids;
    });
  } finally {
    await store.close();
  }
}
