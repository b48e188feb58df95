import { hubAwaySeconds, type SessionEnd } from '#protocol/sessions.ts';
import type { HubPart } from '../hub-part.ts';
import type { PresenceTracker } from '../presence/presence-tracker.ts';
import { system } from '../store/audit-writer.ts';
import type { Store } from '../store/store.ts';
import { restoreSession } from './kept-session.ts';
import type { LiveSession } from './live-session.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { SessionAccess } from './session-access.ts';
import type { SessionComputers } from './session-computers.ts';
import type { SessionEndings } from './session-endings.ts';
import type { SessionEntries } from './session-entries.ts';
import type { SessionParticipation } from './session-participation.ts';
import { seenInterval } from './session-upkeep.ts';

export interface SessionRestoringParts {
  readonly store: Store;
  readonly live: LiveSessions;
  readonly entries: SessionEntries;
  readonly endings: SessionEndings;
  readonly access: SessionAccess;
  readonly participation: SessionParticipation;
  readonly computers: SessionComputers;
  readonly presence: PresenceTracker;
}

/**
 * Takes sessions up again that went on when the hub stopped or was killed. Computers and technicians are given as long to come
 * back as after a lost connection; what is not allowed any more ends.
 */
export class SessionRestoring implements HubPart {
  private readonly parts: SessionRestoringParts;

  constructor(parts: SessionRestoringParts) {
    this.parts = parts;
  }

  async start(): Promise<void> {
    const { entries } = this.parts;
    // Later than that no computer holds its session any more; when a killed hub stopped is known to a minute.
    const lately = Date.now() - hubAwaySeconds * 1000 - seenInterval;
    for (const row of await entries.leftOpen(lately)) {
      const session = restoreSession(row);
      if (session) await this.restore(session);
      else await entries.endLeftOpen(row.id);
    }
  }

  private async restore(session: LiveSession): Promise<void> {
    const { live, presence, participation, computers, access, endings } = this.parts;
    const { target } = session;
    live.add(session);
    if (target) presence.setInSession(target.id, true);
    const end = target && (await this.deviceEnd(session));
    if (end) return endings.end(session, end);
    const before = session.participants.size;
    for (const { id } of [...session.participants.values()]) {
      if (access.mayTakePart(id, session)) participation.awaitBack(session, id);
      else participation.withdraw(session, id, { actor: system, action: 'session.leave', after: { technician: id } });
    }
    const { technician } = session;
    if (session.participants.size === 0) {
      if (before > 0 || !access.mayTakePart(technician.id, session)) return endings.end(session, 'permission');
      participation.nobodyIsThere(session, { kind: 'technician', ...technician, from: null }, technician.name);
    }
    computers.awaitBack(session);
  }

  /** Where the device may not be worked on any more: why. Its group may be another one. */
  private async deviceEnd({ target }: LiveSession): Promise<SessionEnd | undefined> {
    if (!target) return undefined;
    const row = await this.parts.store.read
      .selectFrom('devices')
      .select(['group_id', 'state', 'deleted_at'])
      .where('id', '=', target.id)
      .executeTakeFirst();
    if (!row || row.deleted_at !== null) return 'device';
    target.group = row.group_id;
    if (row.state === 'blocked') return 'blocked';
    return row.state === 'active' ? undefined : 'device';
  }
}
