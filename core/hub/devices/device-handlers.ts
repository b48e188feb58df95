import { deviceRequests } from '#protocol/devices.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { DeviceFeed } from './device-feed.ts';
import type { DeviceService } from './device-service.ts';

export class DeviceHandlers implements WorkbenchHandlers {
  private readonly devices: DeviceService;
  private readonly feed: DeviceFeed;

  constructor(devices: DeviceService, feed: DeviceFeed) {
    this.devices = devices;
    this.feed = feed;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(deviceRequests.changes, ({ since }, { actor, connection }) =>
      this.feed.changes(connection, actor, since),
    );
    registry.handle(deviceRequests.get, ({ device }, { actor }) => this.devices.details(actor, device));
    registry.handle(
      deviceRequests.rename,
      ({ device, nickname }, { actor }) => this.devices.rename(actor, device, nickname),
      { audit: 'device.rename' },
    );
  }
}
