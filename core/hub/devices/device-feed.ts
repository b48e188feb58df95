import type { Subscription } from 'rxjs';
import { deviceNotifications, type Device, type DeviceChanges, type ReplicaPosition } from '#protocol/devices.ts';
import type { Group } from '#protocol/groups.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { GroupChange, GroupService } from '../groups/group-service.ts';
import type { HubPart } from '../hub-part.ts';
import type { Store } from '../store/store.ts';
import { hasGroup, scopeOf, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { WorkbenchConnection } from '../workbench/workbench-connection.ts';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import type { ChangeLog } from './change-log.ts';
import { toDevice } from './device-row.ts';
import type { DeviceChange, DeviceEvents } from './device-events.ts';

/** How long changes are gathered before a workbench is told, milliseconds. */
const gatherFor = 50;
/** More than this is read from the change log in pages, rather than sent in one message. */
const mostGathered = 5000;

type Change = { readonly kind: 'device'; readonly seq: number; readonly change: DeviceChange } | GroupEntry;
type GroupEntry = { readonly kind: 'group'; readonly seq: number; readonly change: GroupChange };

/** A workbench that follows the changes. */
interface Follower {
  readonly connection: WorkbenchConnection;
  scope: string;
  /** What it has; undefined while it is catching up. */
  seq: number | undefined;
  gathered: Change[];
  timer: NodeJS.Timeout | undefined;
}

/** Tells workbenches that have caught up what changes, in order and without a gap. */
export class DeviceFeed implements HubPart {
  private readonly store: Store;
  private readonly log: ChangeLog;
  private readonly events: DeviceEvents;
  private readonly groups: GroupService;
  private readonly directory: TechnicianDirectory;
  private readonly followers = new Map<WorkbenchConnection, Follower>();
  private readonly connections: WorkbenchConnections;
  private subscriptions: Subscription[] = [];

  constructor(
    store: Store,
    log: ChangeLog,
    events: DeviceEvents,
    groups: GroupService,
    directory: TechnicianDirectory,
    connections: WorkbenchConnections,
  ) {
    this.store = store;
    this.log = log;
    this.events = events;
    this.groups = groups;
    this.directory = directory;
    this.connections = connections;
  }

  start(): void {
    const devices = this.events.changed$;
    this.subscriptions = [
      devices.subscribe((change) => this.gather({ kind: 'device', seq: change.seq, change })),
      this.groups.changed$.subscribe((change) => this.gather({ kind: 'group', seq: change.seq, change })),
      this.directory.changed$.subscribe(({ technician }) => this.checkScope(technician.id)),
      this.connections.closed$.subscribe((connection) => this.drop(connection)),
    ];
  }

  stop(): void {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    for (const connection of [...this.followers.keys()]) this.drop(connection);
  }

  /**
   * Answers a workbench that asks what changed; once that was all there is, it is told of what changes from then on.
   */
  async changes(
    connection: WorkbenchConnection,
    actor: TechnicianActor,
    since: ReplicaPosition | null,
    limit?: number,
  ): Promise<DeviceChanges> {
    this.drop(connection);
    // Gathered from before the log is read: what is kept while it is being read is not missed.
    const follower: Follower = { connection, scope: scopeOf(actor), seq: undefined, gathered: [], timer: undefined };
    this.followers.set(connection, follower);
    let answer: DeviceChanges;
    try {
      answer = await this.log.read(actor, since, limit);
    } catch (error) {
      if (this.followers.get(connection) === follower) this.drop(connection);
      throw error;
    }
    if (this.followers.get(connection) !== follower) return answer;
    if (answer.more) {
      this.drop(connection);
      return answer;
    }
    follower.seq = answer.position.seq;
    follower.gathered = follower.gathered.filter(({ seq }) => seq > answer.position.seq);
    if (follower.gathered.length > 0) this.schedule(follower);
    return answer;
  }

  private gather(change: Change): void {
    for (const follower of this.followers.values()) {
      if (follower.seq !== undefined && change.seq <= follower.seq) continue;
      follower.gathered.push(change);
      if (follower.seq !== undefined) this.schedule(follower);
    }
  }

  private schedule(follower: Follower): void {
    follower.timer ??= setTimeout(() => this.send(follower), gatherFor);
  }

  private send(follower: Follower): void {
    follower.timer = undefined;
    const actor = this.actorOf(follower);
    if (!actor) return this.drop(follower.connection);
    if (scopeOf(actor) !== follower.scope) return this.startAnew(follower, actor);
    const gathered = follower.gathered;
    follower.gathered = [];
    const last = gathered.at(-1)?.seq;
    if (last === undefined || follower.seq === undefined) return;
    if (gathered.length > mostGathered) {
      // It asks for the rest in pages, from where it stands.
      this.tell(follower, { seq: follower.seq, groups: [], devices: [], removed: [], reset: false, more: true });
      return this.drop(follower.connection);
    }
    follower.seq = last;
    const { groups, devices, removed } = gatheredFor(actor, gathered);
    if (groups.length + devices.length + removed.length === 0) return;
    this.tell(follower, { seq: last, groups, devices, removed, reset: false, more: false });
  }

  /** Other groups are visible now: the replica is emptied and asks again. */
  private startAnew(follower: Follower, actor: TechnicianActor): void {
    follower.scope = scopeOf(actor);
    this.tell(follower, { seq: 0, groups: [], devices: [], removed: [], reset: true, more: true });
    this.drop(follower.connection);
  }

  private checkScope(technicianId: string): void {
    for (const follower of [...this.followers.values()]) {
      if (follower.connection.technicianId !== technicianId) continue;
      const actor = this.actorOf(follower);
      if (actor && scopeOf(actor) !== follower.scope) this.startAnew(follower, actor);
    }
  }

  private tell(follower: Follower, changes: Omit<DeviceChanges, 'position'> & { readonly seq: number }): void {
    const { seq, ...rest } = changes;
    const position = { store: this.store.id, scope: follower.scope, seq };
    follower.connection.notify(deviceNotifications.changed, { position, ...rest });
  }

  private actorOf({ connection }: Follower): TechnicianActor | undefined {
    try {
      return connection.actor;
    } catch {
      return undefined; // disabled meanwhile: the connection is being closed
    }
  }

  private drop(connection: WorkbenchConnection): void {
    clearTimeout(this.followers.get(connection)?.timer);
    this.followers.delete(connection);
  }
}

/** The last of the changes of each device and group, as far as the actor may see them. */
function gatheredFor(
  actor: TechnicianActor,
  gathered: readonly Change[],
): { groups: Group[]; devices: Device[]; removed: string[] } {
  const groups = new Map<string, Group>();
  const devices = new Map<string, Device>();
  const removed = new Set<string>();
  for (const entry of gathered) {
    if (entry.kind === 'group') {
      const { group, deleted } = entry.change;
      // A group that is gone was taken from every technician with the same commit.
      if (!deleted && !hasGroup(actor, group.id)) continue;
      groups.delete(group.id);
      if (deleted) removed.add(group.id);
      else groups.set(group.id, group);
    } else {
      const { row, movedFrom } = entry.change;
      const visible = hasGroup(actor, row.group_id);
      if (!visible && (movedFrom === undefined || !hasGroup(actor, movedFrom))) continue;
      devices.delete(row.id);
      removed.delete(row.id);
      if (visible && row.deleted_at === null) devices.set(row.id, toDevice(row));
      else removed.add(row.id);
    }
  }
  return { groups: [...groups.values()], devices: [...devices.values()], removed: [...removed] };
}
