import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { terminalNotifications as notifications, terminalRequests as requests } from '#protocol/terminal.ts';
import type { HeldSession } from './held-session.ts';

export interface TerminalHost {
  /** @throws LatchkeyError where there is no such session, or where this conversation is no longer the one that counts */
  session(id: string): HeldSession;
  /** Of the same; undefined instead. */
  find(id: string): HeldSession | undefined;
  opened(session: HeldSession): void;
}

/** Serves the terminals of sessions on one conversation with the hub, which has checked who may do what. */
export function serveTerminals(rpc: RpcConnection, host: TerminalHost): void {
  rpc.handle(requests.open, async ({ session: id, ...size }) => {
    const session = host.session(id);
    const opened = await session.terminals.open(session.user, size);
    host.opened(session);
    return opened;
  });
  rpc.handle(requests.list, ({ session }) => host.session(session).terminals.list());
  rpc.handle(requests.attach, ({ session, terminal, from }) => host.session(session).terminals.attach(terminal, from));
  rpc.handle(requests.close, ({ session, terminal }) => {
    host.session(session).terminals.close(terminal);
    return {};
  });
  rpc.on(notifications.input, ({ session, terminal, data }) => host.find(session)?.terminals.input(terminal, data));
  rpc.on(notifications.resize, ({ session, terminal, ...size }) =>
    host.find(session)?.terminals.resize(terminal, size),
  );
  rpc.on(notifications.acknowledge, ({ session, terminal, offset }) =>
    host.find(session)?.terminals.acknowledge(terminal, offset),
  );
}
