import type { Kysely } from 'kysely';
import { matchSettings, type MatchSettings } from '#protocol/device-matches.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { requireAdministrator, type TechnicianActor } from '../workbench/technician-actor.ts';

/** Under which they are kept. */
const settingName = 'deviceMatches';
const usual: MatchSettings = { takeOver: true, quietMinutes: 0 };

export async function readMatchSettings(db: Kysely<Tables>): Promise<MatchSettings> {
  const row = await db
    .selectFrom('account_settings')
    .select('value')
    .where('name', '=', settingName)
    .executeTakeFirst();
  return row ? matchSettings.parse(JSON.parse(row.value)) : usual;
}

/** @throws LatchkeyError `permission.administratorOnly` */
export async function writeMatchSettings(store: Store, actor: TechnicianActor, wanted: MatchSettings): Promise<void> {
  requireAdministrator(actor, 'deviceMatch.settings');
  const value = JSON.stringify(wanted);
  await store.write(async (tx) => {
    const before = await readMatchSettings(tx.db);
    await tx.db
      .insertInto('account_settings')
      .values({ name: settingName, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute();
    await tx.audit({ actor, action: 'deviceMatch.settings', before: { ...before }, after: { ...wanted } });
  });
}
