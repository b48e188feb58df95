import type { Subscription } from 'rxjs';
import { presenceNotifications, type PresenceEntry } from '#protocol/presence.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { HubPart } from '../hub-part.ts';
import { hasGroup, scopeOf, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { WorkbenchConnection } from '../workbench/workbench-connection.ts';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import type { PresenceTracker } from './presence-tracker.ts';

/** How long changes are gathered, milliseconds. */
const gatherFor = 150;

/** Tells the workbenches that watch who comes and goes, each of the devices that it may see. */
export class PresenceFeed implements HubPart {
  private readonly presence: PresenceTracker;
  private readonly directory: TechnicianDirectory;
  private readonly connections: WorkbenchConnections;
  /** Those that watch, and the groups they were last told about. */
  private readonly watchers = new Map<WorkbenchConnection, string>();
  private gathered = new Map<string, { readonly groups: Set<string>; entry: PresenceEntry }>();
  private timer: NodeJS.Timeout | undefined;
  private subscriptions: Subscription[] = [];

  constructor(presence: PresenceTracker, directory: TechnicianDirectory, connections: WorkbenchConnections) {
    this.presence = presence;
    this.directory = directory;
    this.connections = connections;
  }

  start(): void {
    this.subscriptions = [
      this.presence.changed$.subscribe(({ group, entry }) => {
        if (this.watchers.size === 0) return;
        const groups = this.gathered.get(entry[0])?.groups ?? new Set();
        this.gathered.set(entry[0], { groups: groups.add(group), entry });
        this.timer ??= setTimeout(() => this.send(), gatherFor);
      }),
      this.directory.changed$.subscribe(({ technician }) => this.checkScope(technician.id)),
      this.connections.closed$.subscribe((connection) => this.watchers.delete(connection)),
    ];
  }

  stop(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    this.watchers.clear();
  }

  /** Every device that is not offline; from now on the workbench is told of changes. */
  watch(connection: WorkbenchConnection, actor: TechnicianActor): PresenceEntry[] {
    this.watchers.set(connection, scopeOf(actor));
    return [...this.presence.entries((group) => hasGroup(actor, group))];
  }

  private send(): void {
    this.timer = undefined;
    const gathered = [...this.gathered.values()];
    this.gathered = new Map();
    for (const connection of this.watchers.keys()) {
      const actor = actorOf(connection);
      if (!actor) continue;
      const changes = gathered
        .filter(({ groups }) => actor.groups === 'all' || [...groups].some((group) => hasGroup(actor, group)))
        .map(({ entry }) => entry);
      if (changes.length > 0) connection.notify(presenceNotifications.changed, { changes });
    }
  }

  /** Other groups are visible now: what is known of all of them is sent. */
  private checkScope(technicianId: string): void {
    for (const [connection, scope] of this.watchers) {
      const actor = connection.technicianId === technicianId ? actorOf(connection) : undefined;
      if (!actor || scopeOf(actor) === scope) continue;
      const changes = this.watch(connection, actor);
      if (changes.length > 0) connection.notify(presenceNotifications.changed, { changes });
    }
  }
}

function actorOf(connection: WorkbenchConnection): TechnicianActor | undefined {
  try {
    return connection.actor;
  } catch {
    return undefined; // disabled meanwhile: the connection is being closed
  }
}
