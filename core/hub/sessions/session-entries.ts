import type { z } from 'zod';
import { session as sessionContract, type Session } from '#protocol/sessions.ts';
import type { NewAuditEntry } from '../store/audit-writer.ts';
import type { Store } from '../store/store.ts';
import type { SessionRow } from '../store/tables.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import { keptOf } from './kept-session.ts';
import type { LiveSession } from './live-session.ts';

/** What an entry of the audit log says beside which session it is about. */
export type SessionStep = Pick<NewAuditEntry, 'actor' | 'action' | 'outcome' | 'after' | 'before'>;

export interface HistoryQuery {
  readonly device?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Sessions as the store keeps them: an entry each, and every step in the audit log. */
export class SessionEntries {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** Writes the session as it is at the call, together with the step that made it so. */
  record(session: LiveSession, step?: SessionStep): Promise<void> {
    const row = toRow(session.view(), keptOf(session));
    const about = {
      devices: session.device === null ? [] : [session.device],
      subject: { kind: 'session', id: session.id, name: session.name },
    };
    return this.store.write(async (tx) => {
      const { id: _, ...values } = row;
      await tx.db
        .insertInto('sessions')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
        .execute();
      if (step) await tx.audit({ ...step, ...about });
    });
  }

  /** Those are open still: should the hub be killed, that is when they ended. */
  async seen(sessions: readonly string[]): Promise<void> {
    if (sessions.length === 0) return;
    const seen_at = Date.now();
    await this.store.write(({ db }) =>
      db.updateTable('sessions').set({ seen_at }).where('id', 'in', sessions).where('ended_at', 'is', null).execute(),
    );
  }

  /**
   * Ends the entries that the hub has left open when it stopped, or was killed, but those that it had open lately.
   * @param lately milliseconds since 1970
   * @returns these
   */
  leftOpen(lately: number): Promise<SessionRow[]> {
    return this.store.write(async ({ db }) => {
      await db
        .updateTable('sessions')
        .set((eb) => ({ ended_at: eb.ref('seen_at'), end_reason: 'hubStopped' as const, live: null }))
        .where('ended_at', 'is', null)
        .where((eb) => eb.or([eb('seen_at', '<', lately), eb('live', 'is', null)]))
        .execute();
      return db.selectFrom('sessions').selectAll().where('ended_at', 'is', null).execute();
    });
  }

  /** The entry of one that was left open and cannot go on. */
  async endLeftOpen(id: string): Promise<void> {
    await this.store.write(({ db }) =>
      db
        .updateTable('sessions')
        .set((eb) => ({ ended_at: eb.ref('seen_at'), end_reason: 'hubStopped' as const, live: null }))
        .where('id', '=', id)
        .execute(),
    );
  }

  /** @returns the entry, and the device group where it is about a device */
  async find(id: string): Promise<{ readonly session: Session; readonly group: string | null } | undefined> {
    const row = await this.store.read
      .selectFrom('sessions')
      .leftJoin('devices', 'devices.id', 'sessions.device_id')
      .selectAll('sessions')
      .select('devices.group_id')
      .where('sessions.id', '=', id)
      .executeTakeFirst();
    return row && { session: toSession(row), group: row.group_id };
  }

  /**
   * Those that have ended, newest first: attended ones, and those on devices of the actor's groups.
   */
  async history(actor: TechnicianActor, { device, before, limit }: HistoryQuery): Promise<Session[]> {
    let query = this.store.read
      .selectFrom('sessions')
      .leftJoin('devices', 'devices.id', 'sessions.device_id')
      .selectAll('sessions')
      .where('sessions.ended_at', 'is not', null)
      .orderBy('sessions.created_at', 'desc')
      .orderBy('sessions.id')
      .limit(limit);
    if (device !== undefined) query = query.where('sessions.device_id', '=', device);
    if (before !== undefined) query = query.where('sessions.created_at', '<', before);
    if (actor.groups !== 'all') {
      const groups = [...actor.groups];
      query = query.where((eb) => {
        const own = eb('sessions.technician_id', '=', actor.id);
        const inGroups = groups.length === 0 ? [] : [eb('devices.group_id', 'in', groups)];
        const attended = device === undefined ? [eb('sessions.kind', '=', 'attended')] : [];
        return eb.or([own, ...attended, ...inGroups]);
      });
    }
    return (await query.execute()).map(toSession);
  }
}

const toRow = (view: Session, live: string | null): SessionRow => ({
  id: view.id,
  kind: view.kind,
  device_id: view.device,
  computer_name: view.computer?.name ?? null,
  computer_platform: view.computer?.platform ?? null,
  computer_system: view.computer?.system ?? null,
  technician_id: view.technician.id,
  technician_name: view.technician.name,
  technicians: JSON.stringify(view.technicians),
  used: JSON.stringify(view.used),
  created_at: view.createdAt,
  started_at: view.startedAt,
  ended_at: view.endedAt,
  seen_at: view.endedAt ?? Date.now(),
  end_reason: view.end,
  ended_by: view.endedBy,
  live,
});

type Kept = Pick<z.output<typeof sessionContract>, 'technicians' | 'used'>;

function toSession(row: SessionRow): Session {
  const { computer_name: name, computer_platform: platform, computer_system: system } = row;
  return {
    id: row.id,
    kind: row.kind,
    state: 'ended',
    device: row.device_id,
    computer: name !== null && platform !== null && system !== null ? { name, platform, system } : null,
    technician: { id: row.technician_id, name: row.technician_name },
    inControl: null,
    participants: [],
    technicians: JSON.parse(row.technicians) as Kept['technicians'],
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? row.seen_at,
    end: row.end_reason ?? 'hubStopped',
    endedBy: row.ended_by,
    resumeUntil: null,
    keyExpiresAt: null,
    used: JSON.parse(row.used) as Kept['used'],
    sealingKey: null,
  };
}
