import { deviceName, type Device, type DeviceState, type Particulars } from '#protocol/devices.ts';
import type { DeviceWithPresence } from '#protocol/extension-calls/device-calls.ts';
import type { Platform } from '#protocol/facts.ts';
import type { Presence } from '#protocol/presence.ts';
import { KnownParticulars } from './known-particulars.ts';
import { fold, sortKey } from './name-order.ts';

/** What a query can ask of a device. */
export interface QueriedDevice {
  readonly id: string;
  readonly group: string;
  readonly state: DeviceState;
  readonly platform: Platform;
  readonly systemName: string;
  readonly endpointVersion: string;
  readonly nickname: string | null;
  readonly presence: Presence;
  /** Since when, milliseconds since 1970; undefined where that is not known. */
  readonly presenceSince: number | undefined;
  /** Milliseconds since 1970. */
  readonly joinedAt: number;
  /** Milliseconds since 1970; undefined where that is not known, or was not asked for yet. */
  readonly lastSeenAt: number | undefined;
  /** undefined where they are not known, or were not asked for yet. */
  readonly particulars: Particulars | undefined;
  /** Can be reached now. */
  readonly isOnline: boolean;
  /** The name that it goes by, folded. */
  readonly foldedName: string;
  /** The computer's own name, folded. */
  readonly foldedHostName: string;
  /** All its names, folded. */
  readonly searchText: string;
}

export const isReachable = (presence: Presence): boolean => presence === 'online' || presence === 'inSession';

/** A device of the replica. What searching and sorting need is made when it is first asked for. */
export class DeviceEntry implements QueriedDevice {
  readonly device: Device;
  /** The name that it goes by. */
  readonly name: string;
  presence: Presence = 'offline';
  /** Since when, milliseconds since 1970; undefined where that is not known. */
  presenceSince: number | undefined;
  private sortText: string | undefined;
  private foldedText: string | undefined;
  private foldedHost: string | undefined;
  private searchable: string | undefined;

  private readonly known: KnownParticulars;

  constructor(device: Device, known = new KnownParticulars()) {
    this.device = device;
    this.name = deviceName(device);
    this.known = known;
  }

  get id(): string {
    return this.device.id;
  }

  get group(): string {
    return this.device.group;
  }

  get state(): DeviceState {
    return this.device.state;
  }

  get platform(): Platform {
    return this.device.system.platform;
  }

  get systemName(): string {
    return this.device.system.name;
  }

  get endpointVersion(): string {
    return this.device.endpointVersion;
  }

  get nickname(): string | null {
    return this.device.nickname;
  }

  get joinedAt(): number {
    return this.device.joinedAt;
  }

  get lastSeenAt(): number | undefined {
    return this.known.lastSeen(this.id, this.presence, this.presenceSince);
  }

  get particulars(): Particulars | undefined {
    return this.known.get(this.id);
  }

  get isOnline(): boolean {
    return isReachable(this.presence);
  }

  get sortKey(): string {
    return (this.sortText ??= sortKey(this.name));
  }

  get searchText(): string {
    const { nickname, hostName } = this.device;
    return (this.searchable ??= fold(nickname === null ? hostName : `${nickname}\n${hostName}`));
  }

  get foldedName(): string {
    return (this.foldedText ??= fold(this.name));
  }

  get foldedHostName(): string {
    return (this.foldedHost ??= fold(this.device.hostName));
  }

  toDeviceWithPresence(): DeviceWithPresence {
    return { ...this.device, name: this.name, presence: this.presence };
  }
}

export const compareEntries = (a: DeviceEntry, b: DeviceEntry): number =>
  a.sortKey < b.sortKey ? -1 : a.sortKey > b.sortKey ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
