import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Device, ReplicaPosition } from '#protocol/devices.ts';
import type { Group } from '#protocol/groups.ts';
import type { ReplicaStorage, ReplicaWrite, StoredReplica } from './replica-storage.ts';

/** Rows in one record: a record each for 100,000 devices takes seconds, chunks take a fraction of one. */
const chunkSize = 1000;
const version = 1;

interface Schema extends DBSchema {
  meta: { key: string; value: { position: ReplicaPosition; groups: readonly Group[] } };
  /** By field instead of by row: values that repeat (systems, versions, groups) are stored once a chunk. */
  chunks: { key: number; value: Columns };
}

interface Columns {
  readonly ids: string[];
  readonly nicknames: (string | null)[];
  readonly hostNames: string[];
  readonly joinedAt: Float64Array;
  /** For each row its index in `kinds`. */
  readonly kind: Uint16Array;
  readonly kinds: Pick<Device, 'group' | 'state' | 'system' | 'endpointVersion'>[];
}

/** A replica in the browser, one database for each technician of each hub. */
export class IndexedDbReplicaStorage implements ReplicaStorage {
  private database: IDBPDatabase<Schema> | undefined;
  private readonly chunkOf = new Map<string, number>();
  private chunks: Map<string, Device>[] = [];
  /** As read; made chunks of when something is written first: opening should not wait for that. */
  private unindexed: (readonly Device[])[] = [];
  private groups = new Map<string, Group>();
  private pending: Promise<void> = Promise.resolve();

  async open(owner: string): Promise<StoredReplica | undefined> {
    this.close();
    this.forget();
    const name = `latchkey.replica.${owner}`;
    try {
      this.database = await openDB<Schema>(name, version, {
        upgrade(database) {
          for (const store of [...database.objectStoreNames]) database.deleteObjectStore(store);
          database.createObjectStore('meta');
          database.createObjectStore('chunks');
        },
        // Another tab has a newer version to install: it must not wait for this one.
        blocking: () => this.close(),
      });
      return await this.read(this.database);
    } catch {
      this.close();
      this.forget();
      // Damaged: begin anew at the next opening.
      await deleteDB(name).catch(() => {});
      return undefined;
    }
  }

  write(change: ReplicaWrite): Promise<void> {
    this.pending = this.pending.then(() => this.save(change)).catch(() => this.close());
    return this.pending;
  }

  close(): void {
    this.database?.close();
    this.database = undefined;
  }

  private forget(): void {
    this.chunkOf.clear();
    this.chunks = [];
    this.unindexed = [];
    this.groups = new Map();
  }

  private index(): void {
    this.unindexed.forEach((rows, key) => {
      this.chunks[key] = new Map(rows.map((device) => [device.id, device]));
      for (const { id } of rows) this.chunkOf.set(id, key);
    });
    this.unindexed = [];
  }

  private async read(database: IDBPDatabase<Schema>): Promise<StoredReplica | undefined> {
    const transaction = database.transaction(['meta', 'chunks']);
    const [meta, keys, values] = await Promise.all([
      transaction.objectStore('meta').get('replica'),
      transaction.objectStore('chunks').getAllKeys(),
      transaction.objectStore('chunks').getAll(),
    ]);
    if (!meta) return undefined;
    const devices: Device[] = [];
    this.groups = new Map(meta.groups.map((group) => [group.id, group]));
    keys.forEach((key, index) => {
      const rows = values[index] ? fromColumns(values[index]) : [];
      this.unindexed[key] = rows;
      for (const device of rows) devices.push(device);
    });
    return { position: meta.position, groups: meta.groups, devices };
  }

  private async save({ position, reset, groups, devices, removed }: ReplicaWrite): Promise<void> {
    const database = this.database;
    if (!database) return;
    if (reset) this.forget();
    this.index();
    const touched = new Set<number>();
    for (const id of removed) {
      this.groups.delete(id);
      const chunk = this.chunkOf.get(id);
      if (chunk === undefined) continue;
      this.chunkOf.delete(id);
      this.chunks[chunk]?.delete(id);
      touched.add(chunk);
    }
    for (const group of groups) this.groups.set(group.id, group);
    for (const device of devices) {
      const chunk = this.chunkOf.get(device.id) ?? this.chunkWithRoom();
      this.chunkOf.set(device.id, chunk);
      (this.chunks[chunk] ??= new Map()).set(device.id, device);
      touched.add(chunk);
    }
    const transaction = database.transaction(['meta', 'chunks'], 'readwrite');
    const store = transaction.objectStore('chunks');
    if (reset) void store.clear();
    for (const chunk of touched) void store.put(toColumns([...(this.chunks[chunk] ?? new Map()).values()]), chunk);
    void transaction.objectStore('meta').put({ position, groups: [...this.groups.values()] }, 'replica');
    await transaction.done;
  }

  private chunkWithRoom(): number {
    const last = Math.max(0, this.chunks.length - 1);
    return (this.chunks[last]?.size ?? 0) < chunkSize ? last : last + 1;
  }
}

function toColumns(devices: readonly Device[]): Columns {
  const kinds: Columns['kinds'] = [];
  const numbers = new Map<string, number>();
  const kind = new Uint16Array(devices.length);
  devices.forEach(({ group, state, system, endpointVersion }, index) => {
    const key = JSON.stringify([group, state, system, endpointVersion]);
    let number = numbers.get(key);
    if (number === undefined) {
      number = kinds.push({ group, state, system, endpointVersion }) - 1;
      numbers.set(key, number);
    }
    kind[index] = number;
  });
  return {
    ids: devices.map(({ id }) => id),
    nicknames: devices.map(({ nickname }) => nickname),
    hostNames: devices.map(({ hostName }) => hostName),
    joinedAt: Float64Array.from(devices, ({ joinedAt }) => joinedAt),
    kind,
    kinds,
  };
}

function fromColumns({ ids, nicknames, hostNames, joinedAt, kind, kinds }: Columns): Device[] {
  return ids.map((id, index) => ({
    id,
    nickname: nicknames[index] ?? null,
    hostName: hostNames[index] ?? '',
    joinedAt: joinedAt[index] ?? 0,
    ...kinds[kind[index] ?? 0]!,
  }));
}
