import type { DeviceChanges, ReplicaPosition } from '#protocol/devices.ts';
import type { Group } from '#protocol/groups.ts';
import type { DeviceColumns } from './device-table.ts';

/** Under it is kept whose replica was open last. */
export const replicaOwnerKey = 'replica.owner';

/** A replica at one position. */
export interface ReplicaSnapshot {
  readonly position: ReplicaPosition;
  readonly groups: readonly Group[];
  readonly devices: DeviceColumns;
}

/** What has changed since, up to its position. */
export type ReplicaChanges = Pick<DeviceChanges, 'position' | 'groups' | 'devices' | 'removed'>;

/** A replica as it is stored. */
export interface StoredReplica {
  readonly snapshot: ReplicaSnapshot;
  /** In the order in which they were added. */
  readonly changes: readonly ReplicaChanges[];
}

/** Where a replica survives a reload. What goes wrong here costs time, never data: the hub has it all. */
export interface ReplicaStorage {
  /** undefined where nothing (readable) is stored. `owner` keeps accounts apart. */
  open(owner: string): Promise<StoredReplica | undefined>;
  /** In place of all that is stored. */
  replace(snapshot: ReplicaSnapshot): Promise<void>;
  /** Beside the snapshot that is stored. */
  add(changes: ReplicaChanges): Promise<void>;
  /** Nothing is stored from then on. */
  clear(): Promise<void>;
  close(): void;
}
export const ReplicaStorage = Symbol('ReplicaStorage');

/** Stores nothing: for the command line, which lives for a moment. */
export class NoReplicaStorage implements ReplicaStorage {
  async open(): Promise<undefined> {}
  async replace(): Promise<void> {}
  async add(): Promise<void> {}
  async clear(): Promise<void> {}
  close(): void {}
}
