import { Subject, type Observable } from 'rxjs';
import { LatchkeyError } from '#protocol/errors.ts';
import { endpointSessionNotifications } from '#protocol/sessions.ts';
import type { LiveSession } from './live-session.ts';

/** The sessions that go on now. */
export class LiveSessions {
  private readonly sessions = new Map<string, LiveSession>();
  private readonly changes = new Subject<LiveSession>();
  /** After each change of a session; after its end once, when it is no longer listed here. */
  readonly changed$: Observable<LiveSession> = this.changes;
  private readonly toKeep = new Subject<LiveSession>();
  /** What the store knows of a session is no longer all. */
  readonly toKeep$: Observable<LiveSession> = this.toKeep;

  get size(): number {
    return this.sessions.size;
  }

  [Symbol.iterator](): Iterator<LiveSession> {
    return [...this.sessions.values()][Symbol.iterator]();
  }

  add(session: LiveSession): void {
    this.sessions.set(session.id, session);
  }

  get(id: string): LiveSession | undefined {
    return this.sessions.get(id);
  }

  /** The unattended session on a device. */
  onDevice(device: string): LiveSession | undefined {
    return [...this].find(({ target }) => target?.id === device);
  }

  /** @throws LatchkeyError `session.notFound` */
  require(id: string): LiveSession {
    const session = this.sessions.get(id);
    if (!session) throw new LatchkeyError('session.notFound', { session: id });
    return session;
  }

  /** Something about it is otherwise: whoever watches is told, and so is the customer. */
  changed(session: LiveSession): void {
    if (session.isOver) this.sessions.delete(session.id);
    else if (session.startedAt !== null || session.state === 'signingIn') {
      session.peer?.rpc.notify(endpointSessionNotifications.changed, session.shown());
    }
    this.changes.next(session);
    this.toKeep.next(session);
  }

  /** Something about it is otherwise of which nobody is told. */
  changedWithin(session: LiveSession): void {
    this.toKeep.next(session);
  }
}
