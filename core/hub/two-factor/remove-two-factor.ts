import type { Kysely } from 'kysely';
import type { Tables } from '../store/tables.ts';

/** Takes a technician's authenticator and recovery codes out of the store. @returns whether there was anything */
export async function removeTwoFactor(db: Kysely<Tables>, technicianId: string): Promise<boolean> {
  const gone = await db
    .deleteFrom('two_factor')
    .where('technician_id', '=', technicianId)
    .returning('technician_id')
    .execute();
  await db.deleteFrom('recovery_codes').where('technician_id', '=', technicianId).execute();
  return gone.length > 0;
}
