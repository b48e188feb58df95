import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import type { Disposable } from '#core/base/lifecycle.ts';
import type { DeviceChanges, Particulars, ReplicaPosition } from '#protocol/devices.ts';
import type { Group } from '#protocol/groups.ts';
import type { PresenceEntry } from '#protocol/presence.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { WorkbenchStorage } from '../storage/workbench-storage.ts';
import type { DeviceCensus } from './device-census.ts';
import type { DeviceEntry } from './device-entry.ts';
import type { DeviceList } from './device-list.ts';
import { DeviceTable } from './device-table.ts';
import type { ReplicaChange, ReplicaState } from './replica-change.ts';
import { ReplicaFeed } from './replica-feed.ts';
import { ReplicaIndex } from './replica-index.ts';
import { replicaOwnerKey, type ReplicaChanges, type ReplicaStorage } from './replica-storage.ts';
import type { Counts } from './device-rows.ts';

export type { ReplicaChange, ReplicaState };

const none: ReadonlySet<string> = new Set();
/** So many changed devices are kept beside a snapshot, in memory and in storage; for more a new one is made. */
const mostChanges = 2000;
/** Milliseconds after which it is made: what made it due is shown first. */
const keepAfter = 300;

/**
 * The workbench's copy of groups and devices with their presence. It opens from this machine's storage before the hub
 * answers, asks the hub only for what changed since, and then follows it. Everything reads this; nothing writes it but
 * the hub's changes.
 */
export class DeviceReplica implements Disposable {
  private readonly connection: HubConnection;
  private readonly storage: ReplicaStorage;
  private readonly settings: WorkbenchStorage;
  private readonly index = new ReplicaIndex();
  private readonly feed: ReplicaFeed;
  private readonly stateSubject = new BehaviorSubject<ReplicaState>('empty');
  private readonly changes = new Subject<ReplicaChange>();
  private readonly disposables: Disposable[] = [];
  private position: ReplicaPosition | null = null;
  private owner: string | undefined;
  private opening: Promise<void> = Promise.resolve();
  private presenceOfUnknown = new Map<string, PresenceEntry>();
  /** Devices that changed since the last snapshot; Infinity where there is none. */
  private changed = Infinity;
  /** There is more here than was announced. */
  private untold = false;
  private keeping: ReturnType<typeof setTimeout> | undefined;

  readonly state$: Observable<ReplicaState> = this.stateSubject;
  readonly changes$: Observable<ReplicaChange> = this.changes;

  constructor(connection: HubConnection, storage: ReplicaStorage, settings: WorkbenchStorage) {
    this.connection = connection;
    this.index.particulars.now = () => connection.now();
    this.storage = storage;
    this.settings = settings;
    this.feed = new ReplicaFeed(connection, {
      position: () => this.position,
      apply: (changes, quietly) => this.apply(changes, quietly),
      setPresences: (presences) => this.setPresences(presences),
      setAllPresences: (presences) => this.setAllPresences(presences),
      caughtUp: () => this.stateSubject.next('live'),
      lost: () => this.setStale(),
    });
  }

  /** Opens what is stored for whoever was signed in last, and follows the hub as soon as it is online. */
  start(): void {
    const last = this.settings.get<string>(replicaOwnerKey);
    if (last) this.open(last);
    const statuses = this.connection.status$.subscribe(({ state }) => {
      if (state === 'online') this.follow();
      else if (state === 'signedOut') this.leave();
      else this.lose();
    });
    this.disposables.push(...this.feed.listen(), { dispose: () => statuses.unsubscribe() });
  }

  /** Whose devices these are: the hub's host and the technician's identifier; undefined where nobody is signed in. */
  get ownerId(): string | undefined {
    return this.owner;
  }

  get state(): ReplicaState {
    return this.stateSubject.value;
  }

  /**
   * Resolves once the replica is as the hub has it.
   * @throws LatchkeyError why the hub cannot be reached
   */
  async whenLive(): Promise<void> {
    await this.connection.whenOnline();
    await new Promise<void>((resolve, reject) => {
      const live = this.stateSubject.subscribe((state) => {
        if (state === 'live') end(resolve);
      });
      const lost = this.connection.status$.subscribe(({ state, error }) => {
        if (state !== 'online') end(() => reject(error));
      });
      const end = (settle: () => void): void => {
        queueMicrotask(() => (live.unsubscribe(), lost.unsubscribe()));
        settle();
      };
    });
  }

  /** Resolves once what is stored of whoever was here last, if anything is, can be read. */
  whenOpened(): Promise<void> {
    return this.opening;
  }

  get size(): number {
    return this.index.size;
  }

  get(id: string): DeviceEntry | undefined {
    return this.index.get(id);
  }

  /** All devices, by name. */
  all(): DeviceList {
    return this.index.all();
  }

  group(id: string): Group | undefined {
    return this.index.group(id);
  }

  /** All groups, by name. */
  groups(): readonly Group[] {
    return this.index.groups();
  }

  /** The devices of a group, by name. */
  inGroup(group: string): DeviceList {
    return this.index.inGroup(group);
  }

  /** Of a group, or of all devices. */
  counts(group?: string): Counts {
    return this.index.counts(group);
  }

  /** How many devices there are of each sort. */
  census(): DeviceCensus {
    return this.index.census();
  }

  /** Makes now what the first search would wait for. */
  prepareSearch(): void {
    this.index.prepareSearch();
  }

  /** When the particulars that are here were asked for, milliseconds since 1970; undefined where there are none. */
  get particularsLoadedAt(): number | undefined {
    return this.index.particulars.loadedAt;
  }

  /** See `DeviceParticulars`. */
  setParticulars(particulars: ReadonlyMap<string, Particulars>): void {
    this.index.particulars.set(particulars);
    this.announce(true);
  }

  dispose(): void {
    this.feed.stop();
    clearTimeout(this.keeping);
    for (const disposable of this.disposables.splice(0)) disposable.dispose();
    this.storage.close();
  }

  private open(owner: string): void {
    if (owner === this.owner) return;
    this.owner = owner;
    this.settings.set(replicaOwnerKey, owner);
    this.empty();
    const before = this.opening;
    this.opening = (async () => {
      await before;
      if (this.owner !== owner) return;
      const stored = await this.storage.open(owner).catch(() => undefined);
      if (!stored || this.owner !== owner) return;
      const { snapshot, changes } = stored;
      this.index.open(new DeviceTable(snapshot.devices));
      for (const group of snapshot.groups) this.index.setGroup(group);
      this.position = snapshot.position;
      this.changed = 0;
      for (const each of changes) this.take(each);
      this.stateSubject.next('cached');
      this.announce(true);
    })();
  }

  private follow(): void {
    const technician = this.connection.identity?.technician.id;
    if (!technician) return;
    // A ping too says "online": once is enough.
    if (this.feed.isRunning) return;
    this.open(`${new URL(this.connection.url).host}.${technician}`);
    void this.feed.catchUp(this.opening);
  }

  private leave(): void {
    this.lose();
    this.owner = undefined;
    this.settings.set(replicaOwnerKey, undefined);
    this.storage.close();
    this.empty();
  }

  private lose(): void {
    this.feed.stop();
    this.setStale();
  }

  private setStale(): void {
    if (this.state === 'live') this.stateSubject.next('stale');
  }

  private empty(): void {
    this.position = null;
    this.changed = Infinity;
    this.presenceOfUnknown.clear();
    this.index.clear();
    this.index.particulars.clear();
    this.stateSubject.next('empty');
    this.announce(true);
  }

  /** @param quietly announced with what comes next */
  private apply(page: DeviceChanges, quietly: boolean): void {
    const { reset, groups, devices, removed } = page;
    if (reset) {
      this.index.clear();
      this.changed = Infinity;
      void this.storage.clear();
    }
    this.take(page);
    if (reset && page.more && devices.length === 0) this.position = null;
    const some = reset || groups.length + devices.length + removed.length > 0;
    if (some && this.changed > mostChanges) this.keepSoon();
    else if (some) void this.storage.add({ position: page.position, groups, devices, removed });
    if (quietly) this.untold = true;
    else if (this.untold) this.announce(true);
    else if (some) {
      const changed = new Set([...devices.map(({ id }) => id), ...removed]);
      this.announce(reset, changed, none, groups.length + removed.length > 0);
    }
  }

  private take({ position, groups, devices, removed }: ReplicaChanges): void {
    for (const id of removed) this.index.remove(id);
    for (const group of groups) this.index.setGroup(group);
    for (const device of devices) {
      this.index.setDevice(device);
      const waiting = this.presenceOfUnknown.get(device.id);
      if (waiting) this.index.setPresence(waiting);
      this.presenceOfUnknown.delete(device.id);
    }
    this.changed += devices.length + removed.length;
    this.position = position;
  }

  /** Stores all as one, once the hub has told everything and nothing more urgent is to be done. */
  private keepSoon(): void {
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => {
      const { position } = this;
      if (this.feed.isCatchingUp) return this.keepSoon();
      if (!position || this.changed <= mostChanges) return;
      this.changed = 0;
      void this.storage.replace({ position, groups: this.groups(), devices: this.index.gather().columns });
    }, keepAfter);
  }

  /** Who is not named is offline. */
  private setAllPresences(presences: readonly PresenceEntry[]): void {
    const named = new Set(presences.map(([id]) => id));
    const offline: PresenceEntry[] = [];
    for (const id of this.index.present()) if (!named.has(id)) offline.push([id, 'offline', this.connection.now()]);
    this.setPresences([...presences, ...offline]);
  }

  private setPresences(presences: readonly PresenceEntry[]): void {
    const changed = new Set<string>();
    for (const presence of presences) {
      // A device that has just joined may be online before its row arrives.
      if (!this.index.has(presence[0])) this.presenceOfUnknown.set(presence[0], presence);
      else if (this.index.setPresence(presence)) changed.add(presence[0]);
    }
    if (changed.size > 0) this.announce(false, none, changed);
  }

  private announce(reset: boolean, devices = none, presence = none, groups = reset): void {
    if (reset) this.untold = false;
    this.changes.next({ reset, devices, presence, groups });
  }
}
