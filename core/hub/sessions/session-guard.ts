import { merge, type Subscription } from 'rxjs';
import type { SessionEnd } from '#protocol/sessions.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { DeviceChange, DeviceEvents } from '../devices/device-events.ts';
import { isSameComputer } from '../endpoints/hardware.ts';
import type { HubPart } from '../hub-part.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import { system } from '../store/audit-writer.ts';
import type { LiveSession } from './live-session.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { SessionAccess } from './session-access.ts';
import type { SessionEndings } from './session-endings.ts';
import type { SessionParticipation } from './session-participation.ts';
import type { TerminalRelay } from './terminal-relay.ts';

export interface SessionGuardParts {
  readonly live: LiveSessions;
  readonly access: SessionAccess;
  readonly endings: SessionEndings;
  readonly participation: SessionParticipation;
  readonly terminals: TerminalRelay;
  readonly permissions: PermissionService;
  readonly directory: TechnicianDirectory;
  readonly events: DeviceEvents;
}

/** Ends at once what may not go on: after each change of a permission, an account or a device. */
export class SessionGuard implements HubPart {
  private readonly parts: SessionGuardParts;
  private subscription: Subscription | undefined;

  constructor(parts: SessionGuardParts) {
    this.parts = parts;
  }

  start(): void {
    const { permissions, directory, events, live } = this.parts;
    this.subscription = merge(permissions.changed$, directory.changed$).subscribe(() => {
      for (const session of live) this.check(session, 'permission');
      this.parts.terminals.check();
    });
    this.subscription.add(events.changed$.subscribe((change) => this.deviceChanged(change)));
  }

  stop(): void {
    this.subscription?.unsubscribe();
  }

  /** Takes those out who may not take part any more; ends the session where nobody is left. */
  private check(session: LiveSession, cause: SessionEnd): void {
    const { access, endings, participation, live } = this.parts;
    const wasEmpty = session.participants.size === 0;
    let changed = false;
    for (const { id } of [...session.participants.values()]) {
      if (access.mayTakePart(id, session)) continue;
      changed = true;
      participation.withdraw(session, id, { actor: system, action: 'session.leave', after: { technician: id, cause } });
    }
    const nobodyMay = wasEmpty && !access.mayTakePart(session.technician.id, session);
    if (session.participants.size === 0 && (changed || nobodyMay)) void endings.end(session, cause);
    else if (changed) live.changed(session);
  }

  private deviceChanged({ row }: DeviceChange): void {
    const { live, endings } = this.parts;
    for (const session of live) {
      if (session.target?.id === row.id) {
        session.target.group = row.group_id;
        if (row.deleted_at !== null || row.state === 'removing') void endings.end(session, 'device');
        else if (row.state === 'blocked') void endings.end(session, 'blocked');
        else this.check(session, 'device');
      } else if (session.kind === 'attended') this.recognise(session, row);
    }
  }

  /** The computer of an attended session has become a device, or is none any more. */
  private recognise(session: LiveSession, { id, deleted_at, facts }: DeviceChange['row']): void {
    const { device } = session;
    if (deleted_at !== null) {
      if (device === id) session.device = null;
    } else if (device === null && session.facts && isSameComputer(session.facts, JSON.parse(facts))) {
      session.device = id;
    }
    if (session.device !== device) this.parts.live.changed(session);
  }
}
