import { LatchkeyError } from '#protocol/errors.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { LiveSession, SessionDevice } from './live-session.ts';

/** Who may see a session, and who may take part in it. */
export class SessionAccess {
  private readonly permissions: PermissionService;
  private readonly directory: TechnicianDirectory;

  constructor(permissions: PermissionService, directory: TechnicianDirectory) {
    this.permissions = permissions;
    this.directory = directory;
  }

  /** @throws LatchkeyError `permission.switchedOff` */
  requireSessions(actor: TechnicianActor): void {
    this.permissions.require(actor, 'session');
  }

  mayHaveSessions(actor: TechnicianActor): boolean {
    return this.permissions.allows(actor, 'session');
  }

  /**
   * To take part in a session on a device: what an administrator has switched off for the method that it was set up by
   * counts here, not when it is set up (P6).
   * @throws LatchkeyError `permission.switchedOff`, `device.notFound`
   */
  requireDevice(actor: TechnicianActor, { id, group, setUpBy }: SessionDevice): void {
    if (!hasGroup(actor, group)) throw new LatchkeyError('device.notFound', { device: id });
    this.permissions.require(actor, 'session');
    this.permissions.require(actor, 'unattended');
    if (setUpBy === 'portal') this.permissions.require(actor, 'method.portal');
  }

  /** @throws LatchkeyError `permission.switchedOff`, `session.notFound` where the actor may not even see it */
  requireTakePart(actor: TechnicianActor, session: LiveSession): void {
    const { target } = session;
    if (target && !hasGroup(actor, target.group)) throw new LatchkeyError('session.notFound', { session: session.id });
    if (target) this.requireDevice(actor, target);
    else this.requireSessions(actor);
  }

  maySee(actor: TechnicianActor, { target }: LiveSession): boolean {
    return this.mayHaveSessions(actor) && (!target || hasGroup(actor, target.group));
  }

  /** Whether a technician may take part, as account and permissions are now. */
  mayTakePart(technician: string, session: LiveSession): boolean {
    try {
      this.requireTakePart(this.directory.actor(technician, null), session);
      return true;
    } catch (error) {
      if (error instanceof LatchkeyError) return false;
      throw error;
    }
  }

  /**
   * The session, to somebody who takes part and is in control.
   * @throws LatchkeyError `session.notTakingPart`, `session.notInControl`
   */
  requireControl(technician: string, session: LiveSession): void {
    this.requirePart(technician, session);
    if (session.inControl !== technician) {
      throw new LatchkeyError('session.notInControl', { technician: session.controller });
    }
  }

  /** @throws LatchkeyError `session.notTakingPart` */
  requirePart(technician: string, session: LiveSession): void {
    if (!session.isParticipant(technician)) throw new LatchkeyError('session.notTakingPart');
  }

  /** The technician's name, for other people. */
  nameOf(technician: string): string {
    return this.directory.get(technician)?.technician.name ?? '';
  }
}
