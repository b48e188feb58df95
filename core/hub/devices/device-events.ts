import { Subject, type Observable } from 'rxjs';
import type { WriteTransaction } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';

/** A device as a change has left it. */
export interface DeviceChange {
  readonly seq: number;
  readonly row: DeviceRow;
  /** The group that it was in before, where the change moved it. */
  readonly movedFrom?: string;
}

/** Changes of devices that replicas follow: announced by whoever makes one, after it is kept, in the order of `seq`. */
export class DeviceEvents {
  private readonly changes = new Subject<DeviceChange>();
  readonly changed$: Observable<DeviceChange> = this.changes;

  /** Announces the row, whose `seq` was taken in this transaction, once the transaction is kept. */
  announce(tx: WriteTransaction, row: DeviceRow, movedFrom?: string): void {
    const change = { seq: row.seq, row, ...(movedFrom !== undefined && { movedFrom }) };
    tx.afterCommit(() => this.changes.next(change));
  }
}
