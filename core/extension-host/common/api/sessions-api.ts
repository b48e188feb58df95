import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { Event, Latchkey, Session } from '#protocol/api/index.ts';
import { toWorkbench } from '#protocol/extension-host.ts';

export const sessionsApi = (rpc: RpcConnection, onDidChange: Event<Session>): Latchkey['sessions'] => ({
  list: () => rpc.request(toWorkbench.sessionsList.contract, {}),
  invite: () => rpc.request(toWorkbench.sessionsInvite.contract, {}),
  start: (device) => rpc.request(toWorkbench.sessionsStart.contract, { device }),
  end: (session) => rpc.request(toWorkbench.sessionsEnd.contract, { session }),
  show: async (session) => {
    await rpc.request(toWorkbench.sessionsShow.contract, { session });
  },
  onDidChange,
});
