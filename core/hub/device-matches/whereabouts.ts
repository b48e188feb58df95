import type { LiveEndpoints } from '../endpoints/live-endpoints.ts';
import type { PresenceTracker } from '../presence/presence-tracker.ts';
import type { DeviceRow } from '../store/tables.ts';

/** Milliseconds after the hub's start, and before it, in which an endpoint that is not connected may just be coming back. */
const settling = 5 * 60 * 1000;

/** Where the computers of devices are now, as far as the hub can tell. */
export class Whereabouts {
  private readonly live: LiveEndpoints;
  private readonly presence: PresenceTracker;
  private readonly startedAt = Date.now();
  /** Devices of computers that were let in and are not connected as devices yet, with how many times. */
  private readonly arriving = new Map<string, number>();

  constructor(live: LiveEndpoints, presence: PresenceTracker) {
    this.live = live;
    this.presence = presence;
  }

  /** The device's computer is on its way in: nobody else is that device, from now until `arrived`. */
  expect(device: string): void {
    this.arriving.set(device, (this.arriving.get(device) ?? 0) + 1);
  }

  arrived(device: string): void {
    const left = (this.arriving.get(device) ?? 0) - 1;
    if (left > 0) this.arriving.set(device, left);
    else this.arriving.delete(device);
  }

  isHere(device: string): boolean {
    return this.live.get(device) !== undefined || this.arriving.has(device);
  }

  /** The network address that it is connected from; null where it is not. */
  from(device: string): string | null {
    return this.live.get(device)?.from ?? null;
  }

  /** Milliseconds since 1970; null where it was never seen. */
  lastSeen(row: Pick<DeviceRow, 'id' | 'last_seen_at'>): number | null {
    return this.presence.lastSeen(row.id) ?? row.last_seen_at;
  }

  /**
   * Whether the device is likely to be back in a moment: it was there when the hub stopped, and this hub has not been up for
   * long.
   */
  isComingBack(row: Pick<DeviceRow, 'id' | 'last_seen_at'>): boolean {
    const seen = this.lastSeen(row) ?? 0;
    return seen < this.startedAt && seen > this.startedAt - settling && Date.now() - this.startedAt < settling;
  }

  /** Ends the connection of the device's computer, which comes again as what it is by then. */
  disconnect(device: string): void {
    const endpoint = this.live.get(device);
    if (!endpoint) return;
    // First out of the list: what becomes of the device is nothing that this computer is to be told.
    this.live.remove(endpoint);
    this.presence.set(device, endpoint.group, 'offline');
    endpoint.close(4000, 'Which device this computer is has changed');
  }
}
