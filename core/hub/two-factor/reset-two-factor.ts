import { LatchkeyError } from '#protocol/errors.ts';
import { openStoreBeside, type OpenStoreOptions } from '../store/open-store.ts';
import { system, type Actor } from '../store/audit-writer.ts';
import { removeTwoFactor } from './remove-two-factor.ts';

/** Whoever has the hub's data: no technician, and nobody that the hub could name. */
const operator: Actor = { ...system, name: 'latchkey reset-two-factor' };

/**
 * Takes two-factor sign-in off a technician who has lost the authenticator, without signing in: for the last administrator.
 * Their sign-ins end: a hub that runs hangs up on them within a minute, and takes notice of the rest when they sign in next.
 * @returns whether it was on, or had been begun
 * @throws LatchkeyError `account.notFound`, and as `openStoreBeside`
 */
export async function resetTwoFactor(options: OpenStoreOptions, email: string): Promise<boolean> {
  const store = await openStoreBeside(options);
  try {
    return await store.write(async (tx) => {
      const technician = await tx.db
        .selectFrom('technicians')
        .select(['id', 'email'])
        .where('email', '=', email.trim().toLowerCase())
        .executeTakeFirst();
      if (!technician) throw new LatchkeyError('account.notFound');
      if (!(await removeTwoFactor(tx.db, technician.id))) return false;
      await tx.db.deleteFrom('sign_ins').where('technician_id', '=', technician.id).execute();
      const subject = { kind: 'technician', id: technician.id, name: technician.email };
      await tx.audit({ actor: operator, action: 'twoFactor.reset', subject });
      return true;
    });
  } finally {
    await store.close();
  }
}
