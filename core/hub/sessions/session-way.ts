import { LatchkeyError } from '#protocol/errors.ts';
import type { RequestContract } from '#protocol/messages.ts';
import type { Permission } from '#protocol/permissions.ts';
import type { RequestOptions } from '#core/base/rpc/rpc-connection.ts';
import type { ComputerConnection } from '../endpoints/endpoint-handlers.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import type { LiveSession } from './live-session.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { SessionAccess } from './session-access.ts';

/** A computer that has taken nothing in for so many bytes is as good as gone. */
const mostBuffered = 16 * 1024 * 1024;

/** Somebody who takes part in a session, and the way to its computer. */
export interface Way {
  readonly session: LiveSession;
  readonly peer: ComputerConnection;
}

/** The way from a technician to a session's computer: checked anew for every message. */
export class SessionWay {
  private readonly live: LiveSessions;
  private readonly access: SessionAccess;
  private readonly permissions: PermissionService;

  constructor(live: LiveSessions, access: SessionAccess, permissions: PermissionService) {
    this.live = live;
    this.access = access;
    this.permissions = permissions;
  }

  /**
   * @param role what the technician has to be in the session
   * @throws LatchkeyError `session.notFound`, `permission.switchedOff`, `session.notTakingPart`, `session.notInControl`,
   *   `session.notSignedIn`, `session.interrupted`
   */
  to(actor: TechnicianActor, id: string, permission: Permission, role: 'part' | 'control'): Way {
    const session = this.live.require(id);
    this.access.requireTakePart(actor, session);
    this.permissions.require(actor, permission);
    if (role === 'control') this.access.requireControl(actor.id, session);
    else this.access.requirePart(actor.id, session);
    if (session.state === 'signingIn') throw new LatchkeyError('session.notSignedIn');
    const { peer } = session;
    if (!peer || session.isInterrupted || session.state !== 'active') throw new LatchkeyError('session.interrupted');
    if (peer.buffered() > mostBuffered) {
      peer.close(1013, 'It takes nothing in');
      throw new LatchkeyError('session.interrupted');
    }
    return { session, peer };
  }

  allows(actor: TechnicianActor, permission: Permission): boolean {
    return this.permissions.allows(actor, permission);
  }

  /** Asks the computer. @throws LatchkeyError what it answered, `session.interrupted` where the connection was lost */
  async ask<P, R>(
    { peer }: Way,
    contract: RequestContract<P, R>,
    params: NoInfer<P>,
    options: RequestOptions,
  ): Promise<R> {
    try {
      return await peer.rpc.request(contract, params, options);
    } catch (error) {
      if (error instanceof LatchkeyError && error.code === 'rpc.closed') throw new LatchkeyError('session.interrupted');
      throw error;
    }
  }
}
