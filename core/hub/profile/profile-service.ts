import { LatchkeyError } from '#protocol/errors.ts';
import type { ProfileDocument } from '#protocol/profile.ts';
import type { Store } from '../store/store.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';

export interface ProfileContent {
  readonly document: ProfileDocument;
  readonly text: string;
  /** Counts the writes; 0 before the first. */
  readonly version: number;
}

/** Each technician's own settings and key bindings. No business of the audit log: they are nobody else's. */
export class ProfileService {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  async read(actor: TechnicianActor, document: ProfileDocument): Promise<ProfileContent> {
    const row = await this.store.read
      .selectFrom('profile_documents')
      .select(['text', 'version'])
      .where('technician_id', '=', actor.id)
      .where('document', '=', document)
      .executeTakeFirst();
    return { document, text: row?.text ?? '', version: row?.version ?? 0 };
  }

  /** @throws LatchkeyError `profile.conflict` where another version is stored than the one that was changed */
  write(actor: TechnicianActor, { document, text, version }: ProfileContent): Promise<ProfileContent> {
    return this.store.write(async ({ db }) => {
      const next = { document, text, version: version + 1 };
      const changed = await db
        .updateTable('profile_documents')
        .set({ text, version: next.version })
        .where('technician_id', '=', actor.id)
        .where('document', '=', document)
        .where('version', '=', version)
        .returning('version')
        .executeTakeFirst();
      if (changed) return next;
      if (version !== 0) throw new LatchkeyError('profile.conflict', { document });
      const added = await db
        .insertInto('profile_documents')
        .values({ technician_id: actor.id, ...next })
        .onConflict((conflict) => conflict.columns(['technician_id', 'document']).doNothing())
        .returning('version')
        .executeTakeFirst();
      if (!added) throw new LatchkeyError('profile.conflict', { document });
      return next;
    });
  }
}
