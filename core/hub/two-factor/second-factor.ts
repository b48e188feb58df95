import type { Store } from '../store/store.ts';
import { stepOf } from './one-time-codes.ts';
import { hashRecoveryCode } from './recovery-codes.ts';
import type { SecretSeal } from './secret-seal.ts';

/** Checks codes of authenticators, and recovery codes. Each is good once, however many ask at the same time. */
export class SecondFactor {
  private readonly store: Store;
  private readonly seal: SecretSeal;
  private readonly now: () => number;

  constructor(store: Store, seal: SecretSeal, now: () => number = Date.now) {
    this.store = store;
    this.seal = seal;
    this.now = now;
  }

  /** Whether a technician's code is good; from now on it no longer is. */
  async use(technicianId: string, code: string): Promise<boolean> {
    const digits = code.replace(/\s/g, '');
    if (/^\d{6}$/.test(digits)) return this.useOneTimeCode(technicianId, digits);
    return this.useRecoveryCode(technicianId, hashRecoveryCode(code));
  }

  /** Whether there is one to check. */
  async isOn(technicianId: string): Promise<boolean> {
    return (await this.secretOf(technicianId)) !== null;
  }

  private async secretOf(technicianId: string): Promise<string | null> {
    const row = await this.store.read
      .selectFrom('two_factor')
      .select('secret')
      .where('technician_id', '=', technicianId)
      .executeTakeFirst();
    return row?.secret ?? null;
  }

  private async useOneTimeCode(technicianId: string, code: string): Promise<boolean> {
    const secret = await this.secretOf(technicianId);
    if (secret === null) return false;
    const step = stepOf(this.seal.open(secret, technicianId), code, this.now());
    if (step === undefined) return false;
    const used = await this.store.write(({ db }) =>
      db
        .updateTable('two_factor')
        .set({ last_step: step })
        .where('technician_id', '=', technicianId)
        .where('secret', '=', secret)
        .where('last_step', '<', step)
        .returning('technician_id')
        .execute(),
    );
    return used.length === 1;
  }

  private async useRecoveryCode(technicianId: string, code_hash: string): Promise<boolean> {
    const used = await this.store.write(({ db }) =>
      db
        .deleteFrom('recovery_codes')
        .where('technician_id', '=', technicianId)
        .where('code_hash', '=', code_hash)
        .returning('code_hash')
        .execute(),
    );
    return used.length === 1;
  }
}
