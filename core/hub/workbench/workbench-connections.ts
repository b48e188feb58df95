import { Subject, type Observable } from 'rxjs';
import type { NotificationContract } from '#protocol/messages.ts';
import type { WorkbenchConnection } from './workbench-connection.ts';

/** The workbenches that are connected to this hub now. */
export class WorkbenchConnections {
  private readonly connections = new Set<WorkbenchConnection>();
  private readonly opened = new Subject<WorkbenchConnection>();
  private readonly closed = new Subject<WorkbenchConnection>();
  readonly opened$: Observable<WorkbenchConnection> = this.opened;
  readonly closed$: Observable<WorkbenchConnection> = this.closed;

  get size(): number {
    return this.connections.size;
  }

  [Symbol.iterator](): Iterator<WorkbenchConnection> {
    return [...this.connections][Symbol.iterator]();
  }

  add(connection: WorkbenchConnection): void {
    this.connections.add(connection);
    connection.onClose(() => {
      this.connections.delete(connection);
      this.closed.next(connection);
    });
    this.opened.next(connection);
  }

  /** Tells every workbench of one technician. */
  notifyTechnician<P>(technicianId: string, contract: NotificationContract<P>, params: NoInfer<P>): void {
    for (const connection of this) if (connection.technicianId === technicianId) connection.notify(contract, params);
  }
}
