import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { Event, Latchkey, SetUp } from '#protocol/api/index.ts';
import { toWorkbench } from '#protocol/extension-host.ts';
import { patient } from './request-options.ts';

export const setUpsApi = (rpc: RpcConnection, onDidChange: Event<SetUp>): Latchkey['setUps'] => ({
  list: () => rpc.request(toWorkbench.setUpsList.contract, {}),
  begin: async (session) =>
    (await rpc.request(toWorkbench.setUpsBegin.contract, { session }, patient)).setUp ?? undefined,
  cancel: (setUp) => rpc.request(toWorkbench.setUpsCancel.contract, { setUp }),
  complete: (setUp, details) => rpc.request(toWorkbench.setUpsComplete.contract, { setUp, ...details }),
  onDidChange,
});
