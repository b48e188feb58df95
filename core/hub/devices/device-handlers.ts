import { packDevices } from '#core/base/packed-devices.ts';
import { packParticulars } from '#core/base/packed-particulars.ts';
import { deviceRequests } from '#protocol/devices.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { DeviceFeed } from './device-feed.ts';
import type { DeviceParticulars } from './device-particulars.ts';
import type { DeviceService } from './device-service.ts';

/** Rows of devices in one packed answer: the more, the smaller each; reading them holds the hub up. */
const packedPageSize = 5000;

export class DeviceHandlers implements WorkbenchHandlers {
  private readonly devices: DeviceService;
  private readonly feed: DeviceFeed;
  private readonly particulars: DeviceParticulars;

  constructor(devices: DeviceService, feed: DeviceFeed, particulars: DeviceParticulars) {
    this.devices = devices;
    this.feed = feed;
    this.particulars = particulars;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(deviceRequests.changes, async ({ since, packed = false }, { actor, connection }) => {
      if (!packed) return this.feed.changes(connection, actor, since);
      const { devices, ...changes } = await this.feed.changes(connection, actor, since, packedPageSize);
      return { ...changes, devices: [], packed: await packDevices(devices) };
    });
    registry.handle(deviceRequests.particulars, async ({ after }, { actor }) => {
      const { entries, next } = await this.particulars.read(actor, after);
      return { packed: await packParticulars(entries), next };
    });
    registry.handle(deviceRequests.get, ({ device }, { actor }) => this.devices.details(actor, device));
    registry.handle(
      deviceRequests.rename,
      ({ device, nickname }, { actor }) => this.devices.rename(actor, device, nickname),
      { audit: 'device.rename' },
    );
  }
}
