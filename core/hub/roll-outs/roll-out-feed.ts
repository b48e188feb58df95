import { Subscription } from 'rxjs';
import { rollOutNotifications } from '#protocol/roll-outs.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import type { HubPart } from '../hub-part.ts';
import type { Store } from '../store/store.ts';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { hasGroup } from '../workbench/technician-actor.ts';
import type { RollOutService } from './roll-out-service.ts';

/** How long changes are gathered before workbenches are told, milliseconds. */
const gatherFor = 300;

/** Tells workbenches that a roll-out is another one now: somebody changed it, or computers came in. */
export class RollOutFeed implements HubPart {
  private readonly store: Store;
  private readonly rollOuts: RollOutService;
  private readonly devices: DeviceEvents;
  private readonly connections: WorkbenchConnections;
  private readonly onError: (error: unknown) => void;
  /** Roll-outs with their device group. */
  private readonly changed = new Map<string, string>();
  private readonly installers = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private subscription: Subscription | undefined;

  constructor(
    store: Store,
    rollOuts: RollOutService,
    devices: DeviceEvents,
    connections: WorkbenchConnections,
    onError: (error: unknown) => void,
  ) {
    this.store = store;
    this.rollOuts = rollOuts;
    this.devices = devices;
    this.connections = connections;
    this.onError = onError;
  }

  start(): void {
    this.subscription = this.rollOuts.changed$.subscribe(({ id, group }) => {
      this.changed.set(id, group);
      this.sendSoon();
    });
    this.subscription.add(
      this.devices.changed$.subscribe(({ row }) => {
        if (row.installer_id === null || row.set_up_by !== 'gpo') return;
        this.installers.add(row.installer_id);
        this.sendSoon();
      }),
    );
  }

  stop(): void {
    this.subscription?.unsubscribe();
    clearTimeout(this.timer);
  }

  private sendSoon(): void {
    this.timer ??= setTimeout(() => void this.send().catch(this.onError), gatherFor);
  }

  private async send(): Promise<void> {
    this.timer = undefined;
    const changed = new Map(this.changed);
    this.changed.clear();
    for (const { id, group_id } of await this.takeInstallers()) changed.set(id, group_id);
    for (const connection of this.connections) {
      for (const [rollOut, group] of changed) {
        if (maySee(connection, group)) connection.notify(rollOutNotifications.changed, { rollOut });
      }
    }
  }

  private async takeInstallers(): Promise<{ id: string; group_id: string }[]> {
    const installers = [...this.installers];
    this.installers.clear();
    if (installers.length === 0) return [];
    return this.store.read
      .selectFrom('roll_outs')
      .select(['id', 'group_id'])
      .where('installer_id', 'in', installers)
      .execute();
  }
}

/** Not where the account ended a moment ago. */
function maySee(connection: { readonly actor: Parameters<typeof hasGroup>[0] }, group: string): boolean {
  try {
    return hasGroup(connection.actor, group);
  } catch {
    return false;
  }
}
