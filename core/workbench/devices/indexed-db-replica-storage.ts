import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { ReplicaChanges, ReplicaSnapshot, ReplicaStorage, StoredReplica } from './replica-storage.ts';

const version = 2;
/** The one key of `snapshot`. */
const snapshotKey = 'replica';

interface Schema extends DBSchema {
  /** All devices in one record: one for each takes seconds for 100,000, by columns it is read in a fraction of one. */
  snapshot: { key: string; value: ReplicaSnapshot };
  /** Written one after another, so that a change costs what it is and not what there is. */
  changes: { key: number; value: ReplicaChanges };
}

/** A replica in the browser, one database for each technician of each hub. */
export class IndexedDbReplicaStorage implements ReplicaStorage {
  private database: IDBPDatabase<Schema> | undefined;
  private pending: Promise<void> = Promise.resolve();
  private begun: { readonly owner: string; readonly stored: Promise<StoredReplica | undefined> } | undefined;

  /** Begins to read what is likely to be opened next. */
  begin(owner: string): void {
    this.begun = { owner, stored: this.read(owner) };
  }

  async open(owner: string): Promise<StoredReplica | undefined> {
    const { begun } = this;
    this.begun = undefined;
    const stored = await begun?.stored;
    return begun?.owner === owner ? stored : this.read(owner);
  }

  replace(snapshot: ReplicaSnapshot): Promise<void> {
    return this.write(async (database) => {
      const transaction = database.transaction(['snapshot', 'changes'], 'readwrite');
      void transaction.objectStore('changes').clear();
      void transaction.objectStore('snapshot').put(snapshot, snapshotKey);
      await transaction.done;
    });
  }

  add(changes: ReplicaChanges): Promise<void> {
    return this.write(async (database) => void (await database.add('changes', changes)));
  }

  clear(): Promise<void> {
    return this.write(async (database) => {
      const transaction = database.transaction(['snapshot', 'changes'], 'readwrite');
      void transaction.objectStore('changes').clear();
      void transaction.objectStore('snapshot').clear();
      await transaction.done;
    });
  }

  close(): void {
    this.database?.close();
    this.database = undefined;
  }

  private async read(owner: string): Promise<StoredReplica | undefined> {
    this.close();
    const name = `latchkey.replica.${owner}`;
    try {
      this.database = await openDB<Schema>(name, version, {
        upgrade(database) {
          for (const store of [...database.objectStoreNames]) database.deleteObjectStore(store);
          database.createObjectStore('snapshot');
          database.createObjectStore('changes', { autoIncrement: true });
        },
        // Another tab has a newer version to install: it must not wait for this one.
        blocking: () => this.close(),
      });
      const transaction = this.database.transaction(['snapshot', 'changes']);
      const [snapshot, changes] = await Promise.all([
        transaction.objectStore('snapshot').get(snapshotKey),
        transaction.objectStore('changes').getAll(),
      ]);
      return snapshot && { snapshot, changes };
    } catch {
      this.close();
      // Damaged: begin anew at the next opening.
      await deleteDB(name).catch(() => {});
      return undefined;
    }
  }

  /** One after another; what was asked for while another database was open is not written into the next. */
  private write(change: (database: IDBPDatabase<Schema>) => Promise<void>): Promise<void> {
    const { database } = this;
    this.pending = this.pending
      .then(() => (database && database === this.database ? change(database) : undefined))
      .catch(() => this.close());
    return this.pending;
  }
}
