import type { Subscription } from 'rxjs';
import { setUpNotifications, setUpRequests as requests } from '#protocol/set-ups.ts';
import type { HubPart } from '../hub-part.ts';
import type { WorkbenchConnection } from '../workbench/workbench-connection.ts';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { AttendedSetUps } from './attended-set-ups.ts';
import type { LiveSetUps } from './live-set-ups.ts';

/** What workbenches ask of set-ups, and are told of their technician's own. */
export class SetUpHandlers implements WorkbenchHandlers, HubPart {
  private readonly attended: AttendedSetUps;
  private readonly setUps: LiveSetUps;
  private readonly connections: WorkbenchConnections;
  private readonly watchers = new Set<WorkbenchConnection>();
  private subscription: Subscription | undefined;

  constructor(attended: AttendedSetUps, setUps: LiveSetUps, connections: WorkbenchConnections) {
    this.attended = attended;
    this.setUps = setUps;
    this.connections = connections;
  }

  start(): void {
    this.subscription = this.setUps.changed$.subscribe((setUp) => {
      for (const connection of this.watchers) {
        if (connection.technicianId !== setUp.technician.id) continue;
        connection.notify(setUpNotifications.changed, { setUp: setUp.view() });
      }
    });
    this.subscription.add(this.connections.closed$.subscribe((connection) => this.watchers.delete(connection)));
  }

  stop(): void {
    this.subscription?.unsubscribe();
    this.watchers.clear();
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { attended } = this;
    registry.handle(requests.watch, (_, { actor, connection }) => {
      this.watchers.add(connection);
      const own = [...this.setUps].filter(({ technician }) => technician.id === actor.id);
      return own.filter(({ isOver, session }) => !isOver || session).map((setUp) => setUp.view());
    });
    registry.handle(
      requests.begin,
      ({ session, password, code }, { actor }) => attended.begin(actor, session, { password, code }),
      { audit: 'setUp.begin' },
    );
    registry.handle(requests.cancel, ({ setUp }, { actor }) => attended.cancel(actor, setUp));
    registry.handle(
      requests.complete,
      ({ setUp, nickname, group }, { actor }) => attended.complete(actor, setUp, nickname, group),
      { audit: 'setUp.install' },
    );
  }
}
