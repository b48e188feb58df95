import { Subject, type Observable } from 'rxjs';
import type { Identity } from '#protocol/accounts.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { Credential } from './credential.ts';
import type { Proof, ProofChecker } from './proof-checker.ts';
import { hashSecret, newSecret } from './secrets.ts';
import type { TechnicianDirectory } from './technician-directory.ts';

const hour = 60 * 60 * 1000;
/** A sign-in ends when it was not used for so long… */
export const idleLifetime = 7 * 24 * hour;
/** …and after so long in any case. */
export const longestLifetime = 30 * 24 * hour;

export interface NewSignIn {
  readonly identity: Identity;
  /** What the cookie carries. */
  readonly secret: string;
  readonly expiresAt: number;
}

/** Keeps what a browser that is signed in shows for itself. Only hashes of secrets are stored. */
export class SignInService {
  private readonly store: Store;
  private readonly directory: TechnicianDirectory;
  private readonly proofs: ProofChecker;
  private readonly ends = new Subject<Credential>();
  /** Sign-ins that were ended before their time. */
  readonly ended$: Observable<Credential> = this.ends;

  constructor(store: Store, directory: TechnicianDirectory, proofs: ProofChecker) {
    this.store = store;
    this.directory = directory;
    this.proofs = proofs;
  }

  /** @throws LatchkeyError as `ProofChecker.check` */
  async signIn(email: string, proof: Proof, from: string): Promise<NewSignIn> {
    const identity = await this.proofs.check(email, proof, from);
    const secret = newSecret();
    const now = Date.now();
    const { id } = identity.technician;
    await this.store.write(async (tx) => {
      await tx.db
        .insertInto('sign_ins')
        .values({
          secret_hash: hashSecret(secret),
          technician_id: id,
          created_at: now,
          last_used_at: now,
          expires_at: now + longestLifetime,
          address: from,
        })
        .execute();
      await tx.db.deleteFrom('sign_ins').where('expires_at', '<', now).execute();
      await tx.audit({ actor: this.directory.setUpActor(id, from), action: 'account.signIn' });
    });
    return { identity, secret, expiresAt: now + longestLifetime };
  }

  /** Who the cookie's secret belongs to; undefined where it is none, or has expired. */
  async authenticate(secret: string): Promise<Credential | undefined> {
    const secretHash = hashSecret(secret);
    const row = await this.store.read
      .selectFrom('sign_ins')
      .selectAll()
      .where('secret_hash', '=', secretHash)
      .executeTakeFirst();
    const now = Date.now();
    if (!row || row.expires_at <= now || row.last_used_at + idleLifetime <= now) return undefined;
    if (now - row.last_used_at > hour) {
      await this.store.write(({ db }) =>
        db.updateTable('sign_ins').set({ last_used_at: now }).where('secret_hash', '=', secretHash).execute(),
      );
    }
    return { kind: 'signIn', technicianId: row.technician_id, id: secretHash, expiresAt: row.expires_at };
  }

  /** Keeps that sign-ins were used over connections that are open: when, by their identifiers. To the hour. */
  async touch(used: ReadonlyMap<string, number>): Promise<void> {
    if (used.size === 0) return;
    await this.store.write(async ({ db }) => {
      for (const [id, at] of used) {
        await db
          .updateTable('sign_ins')
          .set({ last_used_at: at })
          .where('secret_hash', '=', id)
          .where('last_used_at', '<', at - hour)
          .execute();
      }
    });
  }

  /** Which of these sign-ins the store no longer has: another program may have ended them there. */
  async gone(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const kept = await this.store.read
      .selectFrom('sign_ins')
      .select('secret_hash')
      .where('secret_hash', 'in', ids)
      .execute();
    const there = new Set(kept.map(({ secret_hash }) => secret_hash));
    return new Set(ids.filter((id) => !there.has(id)));
  }

  /** Ends the sign-in that the cookie stands for. */
  async signOut(credential: Credential, from: string): Promise<void> {
    await this.store.write(async (tx) => {
      await tx.db.deleteFrom('sign_ins').where('secret_hash', '=', credential.id).execute();
      await tx.audit({ actor: this.directory.setUpActor(credential.technicianId, from), action: 'account.signOut' });
      tx.afterCommit(() => this.ends.next(credential));
    });
  }

  /** Ends all of a technician's sign-ins, but the one that is kept. To be called inside a transaction. */
  async endAll(tx: WriteTransaction, technicianId: string, keep?: string): Promise<void> {
    const rows = await tx.db
      .deleteFrom('sign_ins')
      .where('technician_id', '=', technicianId)
      .where('secret_hash', '!=', keep ?? '')
      .returning(['secret_hash', 'expires_at'])
      .execute();
    tx.afterCommit(() => {
      for (const row of rows) {
        this.ends.next({ kind: 'signIn', technicianId, id: row.secret_hash, expiresAt: row.expires_at });
      }
    });
  }
}
