import type { Particulars } from '#protocol/devices.ts';
import type { Presence } from '#protocol/presence.ts';

/** The particulars that a replica has, and when they were asked for: undefined where nobody has yet. */
export class KnownParticulars {
  private byId: ReadonlyMap<string, Particulars> = new Map();
  loadedAt: number | undefined;
  /** By the hub's clock, as all times of devices: the one here may be wrong by hours. */
  now: () => number = Date.now;

  get(id: string): Particulars | undefined {
    return this.byId.get(id);
  }

  set(byId: ReadonlyMap<string, Particulars>): void {
    this.byId = byId;
    this.loadedAt = this.now();
  }

  clear(): void {
    this.byId = new Map();
    this.loadedAt = undefined;
  }

  /** When a device was last heard of, milliseconds since 1970; undefined where that is not known. */
  lastSeen(id: string, presence: Presence, since: number | undefined): number | undefined {
    if (presence !== 'offline' && presence !== 'asleep') return this.now();
    // Who has gone since they were asked for was seen later.
    if (since !== undefined && since > (this.loadedAt ?? -Infinity)) return since;
    return this.byId.get(id)?.seenAt ?? since;
  }
}
