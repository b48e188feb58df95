import type { Device, ReplicaPosition } from '#protocol/devices.ts';
import type { Group } from '#protocol/groups.ts';

/** A replica as it is stored. */
export interface StoredReplica {
  readonly position: ReplicaPosition;
  readonly groups: readonly Group[];
  readonly devices: readonly Device[];
}

/** What has changed since the last write; `reset`: what is stored is to be dropped first. */
export interface ReplicaWrite {
  readonly position: ReplicaPosition;
  readonly reset: boolean;
  readonly groups: readonly Group[];
  readonly devices: readonly Device[];
  readonly removed: readonly string[];
}

/** Where a replica survives a reload. What goes wrong here costs time, never data: the hub has it all. */
export interface ReplicaStorage {
  /** undefined where nothing (readable) is stored. `owner` keeps accounts apart. */
  open(owner: string): Promise<StoredReplica | undefined>;
  write(change: ReplicaWrite): Promise<void>;
  close(): void;
}
export const ReplicaStorage = Symbol('ReplicaStorage');

/** Stores nothing: for the command line, which lives for a moment. */
export class NoReplicaStorage implements ReplicaStorage {
  async open(): Promise<undefined> {}
  async write(): Promise<void> {}
  close(): void {}
}
