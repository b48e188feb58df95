import { Subject, type Observable } from 'rxjs';
import type { ApiToken } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { newId } from '#core/base/ids.ts';
import type { Credential } from '../accounts/credential.ts';
import { hashSecret, newSecret } from '../accounts/secrets.ts';
import type { Store } from '../store/store.ts';
import type { ApiTokenRow } from '../store/tables.ts';
import { requireAdministrator, type TechnicianActor } from '../workbench/technician-actor.ts';

/** What a token begins with: people and secret scanners recognise it by that. */
export const tokenPrefix = 'lkt_';
const minute = 60_000;

const toToken = (row: ApiTokenRow): ApiToken => ({
  id: row.id,
  name: row.name,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
});

/** API tokens: each technician's own. Only their hashes are stored. */
export class TokenService {
  private readonly store: Store;
  private readonly ends = new Subject<Credential>();
  /** Tokens that were revoked. */
  readonly ended$: Observable<Credential> = this.ends;

  constructor(store: Store) {
    this.store = store;
  }

  /**
   * The actor's own, or those of the technician named, newest first; revoked and expired ones too.
   * @throws LatchkeyError `permission.administratorOnly` where they are somebody else's
   */
  async list(actor: TechnicianActor, technicianId: string = actor.id): Promise<ApiToken[]> {
    if (technicianId !== actor.id) requireAdministrator(actor, 'token.list');
    const rows = await this.store.read
      .selectFrom('api_tokens')
      .selectAll()
      .where('technician_id', '=', technicianId)
      .orderBy('created_at', 'desc')
      .execute();
    return rows.map(toToken);
  }

  /** The secret is in this answer and nowhere else. */
  async create(
    actor: TechnicianActor,
    name: string,
    expiresAt: number | null = null,
  ): Promise<{ token: ApiToken; secret: string }> {
    const secret = tokenPrefix + newSecret();
    const row: ApiTokenRow = {
      id: newId(),
      secret_hash: hashSecret(secret),
      technician_id: actor.id,
      name,
      created_at: Date.now(),
      last_used_at: null,
      expires_at: expiresAt,
      revoked_at: null,
    };
    await this.store.write(async (tx) => {
      await tx.db.insertInto('api_tokens').values(row).execute();
      await tx.audit({ actor, action: 'token.create', subject: subject(row), after: { name, expiresAt } });
    });
    return { token: toToken(row), secret };
  }

  /** @throws LatchkeyError `token.notFound` where there is none, or it is neither the actor's own nor the actor an administrator */
  revoke(actor: TechnicianActor, id: string): Promise<ApiToken> {
    return this.store.write(async (tx) => {
      const row = await tx.db.selectFrom('api_tokens').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row || (row.technician_id !== actor.id && actor.role !== 'administrator'))
        throw new LatchkeyError('token.notFound');
      if (row.revoked_at !== null) return toToken(row);
      const revoked_at = Date.now();
      await tx.db.updateTable('api_tokens').set({ revoked_at }).where('id', '=', id).execute();
      const before = { technician: row.technician_id, lastUsedAt: row.last_used_at, expiresAt: row.expires_at };
      await tx.audit({ actor, action: 'token.revoke', subject: subject(row), before });
      tx.afterCommit(() => this.ends.next(toCredential(row)));
      return toToken({ ...row, revoked_at });
    });
  }

  /** @throws LatchkeyError `account.tokenInvalid`, `account.tokenRevoked`, `account.tokenExpired` */
  async authenticate(secret: string): Promise<Credential> {
    const row = await this.store.read
      .selectFrom('api_tokens')
      .selectAll()
      .where('secret_hash', '=', hashSecret(secret))
      .executeTakeFirst();
    if (!row) throw new LatchkeyError('account.tokenInvalid');
    const now = Date.now();
    if (row.revoked_at !== null) throw new LatchkeyError('account.tokenRevoked');
    if (row.expires_at !== null && row.expires_at <= now) throw new LatchkeyError('account.tokenExpired');
    if (now - (row.last_used_at ?? 0) > minute) {
      await this.store.write(({ db }) =>
        db.updateTable('api_tokens').set({ last_used_at: now }).where('id', '=', row.id).execute(),
      );
    }
    return toCredential(row);
  }
}

const toCredential = (row: ApiTokenRow): Credential => ({
  kind: 'token',
  technicianId: row.technician_id,
  id: row.id,
  expiresAt: row.expires_at,
});

const subject = ({ id, name }: ApiTokenRow): { kind: string; id: string; name: string } => ({
  kind: 'token',
  id,
  name,
});
