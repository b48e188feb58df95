import type { Session } from '#protocol/sessions.ts';
import type { SetUp } from '#protocol/set-ups.ts';
import type { ContextScope } from '../context-keys/context-key-service.ts';
import type { SessionService } from './session-service.ts';
import { isOver, type SetUpService } from '../set-ups/set-up-service.ts';

/**
 * What when-clauses see of a session where it is shown:
 * - `session.kind`: `attended` or `unattended`
 * - `session.state`: `waiting`, `signingIn`, `active`, `interrupted` or `ended`
 * - `session.inControl`: whoever is signed in works in it
 * - `session.joined`: they take part in it
 * - `session.others`: others look on
 * - `session.device`: the computer is a device already
 * - `session.setUp`: unattended access is being set up from it (`underWay`), has been (`done`), or neither (`none`)
 */
export class SessionContext {
  private readonly sessions: SessionService;
  private readonly setUps: SetUpService;

  constructor(sessions: SessionService, setUps: SetUpService) {
    this.sessions = sessions;
    this.setUps = setUps;
  }

  of(session: Session): ContextScope {
    const { kind, state, device, participants, inControl } = session;
    return {
      'session.kind': kind,
      'session.state': state,
      'session.inControl': this.sessions.isInControl(session),
      'session.joined': this.sessions.takesPart(session),
      'session.others': participants.some(({ technician }) => technician !== inControl),
      'session.device': device !== null,
      'session.setUp': standing(this.setUps.ofSession(session.id)),
    };
  }

  /** Nothing for a session that is not known here. */
  ofId(id: string): ContextScope {
    const session = this.sessions.get(id);
    return session ? this.of(session) : {};
  }
}

function standing(setUp: SetUp | undefined): 'none' | 'underWay' | 'done' {
  if (!setUp) return 'none';
  if (!isOver(setUp)) return 'underWay';
  return setUp.state === 'done' ? 'done' : 'none';
}
