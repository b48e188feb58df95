import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { Event, Latchkey } from '#protocol/api/index.ts';
import { toWorkbench } from '#protocol/extension-host.ts';
import { watched } from './request-options.ts';
import { wakeApi } from './wake-api.ts';

export const devicesApi = (
  rpc: RpcConnection,
  events: {
    readonly devices: Event<{ readonly devices: readonly string[] }>;
    readonly actions: Event<void>;
    readonly wakeSchedules: Event<void>;
  },
): Latchkey['devices'] => ({
  query: (query, options = {}) => rpc.request(toWorkbench.devicesQuery.contract, { query, ...options }),
  get: async (device) => (await rpc.request(toWorkbench.devicesGet.contract, { device })).device ?? undefined,
  details: (device) => rpc.request(toWorkbench.devicesDetails.contract, { device }),
  rename: async (device, nickname) => {
    await rpc.request(toWorkbench.devicesRename.contract, { device, nickname });
  },
  ...wakeApi(rpc, events.wakeSchedules),
  act: (action, devices, { quiet = false, ...context } = {}) =>
    rpc.request(toWorkbench.devicesAct.contract, { action, devices: [...devices], quiet }, watched(context)),
  undo: (job, { quiet = false, ...context } = {}) =>
    rpc.request(toWorkbench.devicesUndo.contract, { job, quiet }, watched(context)),
  retry: (job, { quiet = false, ...context } = {}) =>
    rpc.request(toWorkbench.devicesRetry.contract, { job, quiet }, watched(context)),
  queued: (options = {}) => rpc.request(toWorkbench.devicesQueued.contract, { limit: 1000, ...options }),
  cancel: (job, devices) =>
    rpc.request(toWorkbench.devicesCancel.contract, { job, ...(devices && { devices: [...devices] }) }),
  deleted: (options = {}) => rpc.request(toWorkbench.devicesDeleted.contract, { search: '', limit: 500, ...options }),
  onDidChangeActions: events.actions,
  onDidChange: events.devices,
});
