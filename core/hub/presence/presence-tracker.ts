import { Subject, type Observable } from 'rxjs';
import type { Presence, PresenceEntry } from '#protocol/presence.ts';

interface Known {
  presence: Exclude<Presence, 'offline'>;
  since: number;
  group: string;
}

/** A device whose presence changed, and the group whose technicians may know. */
export interface PresenceChange {
  readonly group: string;
  readonly entry: PresenceEntry;
}

/** Which devices can be reached now. In memory alone: who comes and goes writes nothing. */
export class PresenceTracker {
  private readonly known = new Map<string, Known>();
  private readonly inSession = new Set<string>();
  private readonly changes = new Subject<PresenceChange>();
  readonly changed$: Observable<PresenceChange> = this.changes;
  /** When those were heard of last that have gone and are not in the store yet. */
  private gone = new Map<string, number>();

  set(device: string, group: string, wanted: Presence): void {
    const now = Date.now();
    const presence = wanted === 'online' && this.inSession.has(device) ? 'inSession' : wanted;
    const before = this.known.get(device);
    if (presence === 'offline') {
      if (!before) return;
      this.known.delete(device);
      this.gone.set(device, now);
    } else {
      if (before?.presence === presence && before.group === group) return;
      const since = before?.presence === presence ? before.since : now;
      this.known.set(device, { presence, since, group });
      this.gone.delete(device);
    }
    this.changes.next({ group, entry: [device, presence, this.known.get(device)?.since ?? now] });
  }

  /** Whether a session goes on: shown while the device is online. */
  setInSession(device: string, goesOn: boolean): void {
    if (goesOn) this.inSession.add(device);
    else this.inSession.delete(device);
    const known = this.known.get(device);
    if (known && known.presence !== 'asleep') this.set(device, known.group, 'online');
  }

  /** Every device that is not offline, of the groups that `visible` says. */
  *entries(visible: (group: string) => boolean): Iterable<PresenceEntry> {
    for (const [device, { presence, since, group }] of this.known) if (visible(group)) yield [device, presence, since];
  }

  isThere(device: string): boolean {
    return this.known.has(device);
  }

  /** The presence of each device that is not offline, and its group. */
  byGroup(): Iterable<{ readonly group: string; readonly presence: Exclude<Presence, 'offline'> }> {
    return this.known.values();
  }

  get online(): number {
    return this.known.size;
  }

  /** When the device was last heard of, as far as it is newer than what the store knows: now, where it is connected. */
  lastSeen(device: string): number | undefined {
    return this.known.has(device) ? Date.now() : this.gone.get(device);
  }

  /** Devices and when they were heard of last, to be written down: those that have gone, and those that are here. */
  takeLastSeen(): { readonly gone: ReadonlyMap<string, number>; readonly here: readonly string[] } {
    const gone = this.gone;
    this.gone = new Map();
    return { gone, here: [...this.known.keys()] };
  }
}
