import { deviceName, type Device, type DeviceState } from '#protocol/devices.ts';
import type { DeviceWithPresence } from '#protocol/extension-host.ts';
import type { Platform } from '#protocol/facts.ts';
import type { Presence } from '#protocol/presence.ts';
import { fold, sortKey } from './name-order.ts';

/** A device of the replica. What searching and sorting need is made when it is first asked for. */
export class DeviceEntry {
  readonly device: Device;
  /** The name that it goes by. */
  readonly name: string;
  // What is asked of all devices at once stands here too: a step into each device's own objects waits for memory.
  readonly group: string;
  readonly state: DeviceState;
  readonly platform: Platform;
  readonly systemName: string;
  presence: Presence = 'offline';
  /** Since when, milliseconds since 1970; undefined where that is not known. */
  presenceSince: number | undefined;
  private sortText: string | undefined;
  private foldedText: string | undefined;
  private foldedHost: string | undefined;
  private searchable: string | undefined;

  constructor(device: Device) {
    this.device = device;
    this.name = deviceName(device);
    this.group = device.group;
    this.state = device.state;
    this.platform = device.system.platform;
    this.systemName = device.system.name;
  }

  get id(): string {
    return this.device.id;
  }

  /** Can be reached now. */
  get isOnline(): boolean {
    return this.presence === 'online' || this.presence === 'inSession';
  }

  get sortKey(): string {
    return (this.sortText ??= sortKey(this.name));
  }

  /** All its names, folded. */
  get searchText(): string {
    const { nickname, hostName } = this.device;
    return (this.searchable ??= fold(nickname === null ? hostName : `${nickname}\n${hostName}`));
  }

  /** The name, folded. */
  get foldedName(): string {
    return (this.foldedText ??= fold(this.name));
  }

  /** The computer's own name, folded. */
  get foldedHostName(): string {
    return (this.foldedHost ??= fold(this.device.hostName));
  }

  toDeviceWithPresence(): DeviceWithPresence {
    return { ...this.device, name: this.name, presence: this.presence };
  }
}

export const compareEntries = (a: DeviceEntry, b: DeviceEntry): number =>
  a.sortKey < b.sortKey ? -1 : a.sortKey > b.sortKey ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
