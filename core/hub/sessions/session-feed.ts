import { merge, type Subscription } from 'rxjs';
import { sessionNotifications, type Session } from '#protocol/sessions.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { HubPart } from '../hub-part.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import type { WorkbenchConnection } from '../workbench/workbench-connection.ts';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import type { LiveSession } from './live-session.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { SessionAccess } from './session-access.ts';

export interface SessionFeedParts {
  readonly live: LiveSessions;
  readonly access: SessionAccess;
  readonly connections: WorkbenchConnections;
  readonly permissions: PermissionService;
  readonly directory: TechnicianDirectory;
}

/** Tells workbenches of the sessions that their technicians may see. */
export class SessionFeed implements HubPart {
  private readonly parts: SessionFeedParts;
  /** By workbench, the sessions that it knows of. */
  private readonly watchers = new Map<WorkbenchConnection, Set<string>>();
  private subscription: Subscription | undefined;

  constructor(parts: SessionFeedParts) {
    this.parts = parts;
  }

  start(): void {
    const { live, connections, permissions, directory } = this.parts;
    this.subscription = live.changed$.subscribe((session) => {
      for (const [connection, known] of this.watchers) this.tell(connection, known, session);
    });
    this.subscription.add(connections.closed$.subscribe((connection) => this.watchers.delete(connection)));
    this.subscription.add(merge(permissions.changed$, directory.changed$).subscribe(() => this.checkAll()));
  }

  stop(): void {
    this.subscription?.unsubscribe();
    this.watchers.clear();
  }

  /** Those that the actor may see; from now on the workbench is told of changes. */
  watch(connection: WorkbenchConnection, actor: TechnicianActor): Session[] {
    const visible = [...this.parts.live].filter((session) => this.parts.access.maySee(actor, session));
    this.watchers.set(connection, new Set(visible.map(({ id }) => id)));
    return visible.map((session) => session.view());
  }

  private tell(connection: WorkbenchConnection, known: Set<string>, session: LiveSession): void {
    const actor = actorOf(connection);
    if (actor && this.parts.access.maySee(actor, session)) {
      if (session.isOver) known.delete(session.id);
      else known.add(session.id);
      connection.notify(sessionNotifications.changed, { session: session.view() });
    } else if (known.delete(session.id)) {
      connection.notify(sessionNotifications.changed, { session: outOfSight(session) });
    }
  }

  /** Others may be visible now than before. */
  private checkAll(): void {
    const { live, access } = this.parts;
    for (const [connection, known] of this.watchers) {
      const actor = actorOf(connection);
      for (const session of live) {
        const visible = actor !== undefined && access.maySee(actor, session);
        if (visible !== known.has(session.id)) this.tell(connection, known, session);
      }
    }
  }
}

/** For whoever may not see it any more it is over. */
const outOfSight = (session: LiveSession): Session => ({
  ...session.view(),
  state: 'ended',
  inControl: null,
  participants: [],
  endedAt: session.endedAt ?? Date.now(),
  end: session.end ?? 'permission',
  resumeUntil: null,
  sealingKey: null,
});

function actorOf(connection: WorkbenchConnection): TechnicianActor | undefined {
  try {
    return connection.actor;
  } catch {
    return undefined; // disabled meanwhile: the connection is being closed
  }
}
