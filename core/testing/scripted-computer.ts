import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import {
  endpointSessionNotifications as notifications,
  endpointSessionRequests as requests,
  type SessionEnd,
  type ShownSession,
} from '#protocol/sessions.ts';

/** A computer's side of sessions over a real connection, as a test tells it to be. */
export class ScriptedComputer {
  readonly rpc: RpcConnection;
  /** The sessions that it holds open, as it was last told. */
  readonly held = new Map<string, ShownSession>();
  /** What was over, in order. */
  readonly ended: { session: string; end: SessionEnd }[] = [];
  /** The key that it wants an account for; null: none. */
  sealingKey: string | null = null;
  /** It has a password stored, which it no longer takes. */
  storedPasswordRefused = false;
  /** What happens when a session is opened, and when an account is given. */
  onOpen: (shown: ShownSession) => void | Promise<void> = () => {};
  onSignIn: () => void | Promise<void> = () => {};

  constructor(rpc: RpcConnection) {
    this.rpc = rpc;
    rpc.handle(requests.open, async (shown) => {
      await this.onOpen(shown);
      this.held.set(shown.session, shown);
      const { sealingKey, storedPasswordRefused } = this;
      return { sealingKey, ...(storedPasswordRefused && { storedPasswordRefused }) };
    });
    rpc.handle(requests.signIn, async () => {
      await this.onSignIn();
      return {};
    });
    rpc.on(notifications.changed, (shown) => void this.held.set(shown.session, shown));
    rpc.on(notifications.ended, (over) => {
      this.held.delete(over.session);
      this.ended.push(over);
    });
  }

  /** Says which sessions it holds, as right after a connect. */
  tellHeld(sessions: Iterable<string> = this.held.keys()): void {
    this.rpc.notify(notifications.held, { sessions: [...sessions] });
  }

  /** The customer ends a session. */
  endSession(session: string, end: SessionEnd = 'customer'): void {
    this.held.delete(session);
    this.rpc.notify(notifications.ended, { session, end });
  }
}
