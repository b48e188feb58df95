import { packWakeResults } from '#core/base/wake/wake-outcomes.ts';
import { wakeRequests } from '#protocol/wake.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { requireAdministrator } from '../workbench/technician-actor.ts';
import type { WakeRecords } from './wake-records.ts';
import type { WakeSchedules } from './wake-schedules.ts';
import type { WakeService } from './wake-service.ts';
import type { WakeSettings } from './wake-settings.ts';

export class WakeHandlers implements WorkbenchHandlers {
  private readonly wakes: WakeService;
  private readonly settings: WakeSettings;
  private readonly schedules: WakeSchedules;
  private readonly records: WakeRecords;

  constructor(wakes: WakeService, settings: WakeSettings, schedules: WakeSchedules, records: WakeRecords) {
    this.wakes = wakes;
    this.settings = settings;
    this.schedules = schedules;
    this.records = records;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { wakes, settings, schedules, records } = this;
    registry.handle(
      wakeRequests.run,
      async ({ devices }, call) => {
        const results = await wakes.run(call.actor, devices, call);
        await records.note(results, Date.now());
        return packWakeResults(results);
      },
      { audit: 'device.wake' },
    );
    registry.handle(wakeRequests.failures, ({ limit }, { actor }) =>
      records.failures(actor, limit, Date.now(), (device) => wakes.isOnline(device)),
    );
    registry.handle(wakeRequests.dismissFailures, async ({ devices }, { actor }) => {
      await records.dismiss(actor, devices);
      return {};
    });
    registry.handle(wakeRequests.schedules, async (_, { actor }) => ({ schedules: await schedules.list(actor) }));
    registry.handle(
      wakeRequests.saveSchedule,
      ({ schedule, ...wanted }, { actor }) => schedules.save(actor, schedule, wanted),
      { audit: 'wake.saveSchedule' },
    );
    registry.handle(
      wakeRequests.deleteSchedule,
      async ({ schedule }, { actor }) => {
        await schedules.delete(actor, schedule);
        return {};
      },
      { audit: 'wake.deleteSchedule' },
    );
    registry.handle(wakeRequests.history, async ({ schedule, limit }, { actor }) => ({
      wakes: await schedules.history(actor, schedule, limit),
    }));
    registry.handle(wakeRequests.results, async ({ wake, after }, { actor }) => {
      const { results, next } = await schedules.results(actor, wake, after);
      return { ...packWakeResults(results), next };
    });
    registry.handle(wakeRequests.relays, async (_, { actor }) => {
      requireAdministrator(actor, 'wake.relays');
      return { relays: await settings.relays() };
    });
    registry.handle(
      wakeRequests.setRelays,
      async ({ relays }, { actor }) => {
        await settings.setRelays(actor, relays);
        return {};
      },
      { audit: 'wake.setRelays' },
    );
    registry.handle(
      wakeRequests.setPassword,
      async ({ device, password }, { actor }) => {
        await settings.setPassword(actor, device, password);
        return {};
      },
      { audit: 'wake.setPassword' },
    );
  }
}
