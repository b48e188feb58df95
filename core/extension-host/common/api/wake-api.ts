import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { unpackWakeResults } from '#core/base/wake/wake-outcomes.ts';
import type { Event, Latchkey, WakeResult } from '#protocol/api/index.ts';
import { toWorkbench } from '#protocol/extension-host.ts';
import type { WakeOutcomes } from '#protocol/wake.ts';
import { watched } from './request-options.ts';

type WakeApi = Pick<Latchkey['devices'], 'wake' | 'wakeRelays' | 'setWakeRelays' | 'setWakePassword' | 'wakeSchedules'>;

export const wakeApi = (rpc: RpcConnection, onDidChange: Event<void>): WakeApi => ({
  wake: async (devices, context = {}) => {
    return withNames(await rpc.request(toWorkbench.devicesWake.contract, { devices: [...devices] }, watched(context)));
  },
  wakeRelays: async () => (await rpc.request(toWorkbench.devicesWakeRelays.contract, {})).relays,
  setWakeRelays: async (relays) => {
    await rpc.request(toWorkbench.devicesSetWakeRelays.contract, { relays: [...relays] });
  },
  setWakePassword: async (device, password) => {
    await rpc.request(toWorkbench.devicesSetWakePassword.contract, { device, password });
  },
  wakeSchedules: {
    list: async () => (await rpc.request(toWorkbench.wakeSchedulesList.contract, {})).schedules,
    save: ({ devices, groups, days, ...schedule }, id) =>
      rpc.request(toWorkbench.wakeSchedulesSave.contract, {
        ...{ ...schedule, devices: [...devices], groups: [...groups], days: [...days] },
        ...(id !== undefined && { schedule: id }),
      }),
    delete: async (schedule) => {
      await rpc.request(toWorkbench.wakeSchedulesDelete.contract, { schedule });
    },
    history: async (schedule, limit = 30) =>
      (await rpc.request(toWorkbench.wakeSchedulesHistory.contract, { schedule, limit })).wakes,
    results: async (wake, after = 0) => {
      const { next, ...rest } = await rpc.request(toWorkbench.wakeSchedulesResults.contract, { wake, after });
      return { results: withNames(rest), next };
    },
    onDidChange,
  },
});

function withNames({ names, ...outcomes }: WakeOutcomes & { readonly names: readonly string[] }): WakeResult[] {
  const nameOf = new Map(outcomes.outcomes.map(({ device }, index) => [device, names[index]]));
  return unpackWakeResults(outcomes, (device) => nameOf.get(device));
}
