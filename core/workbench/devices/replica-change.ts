/**
 * `empty`: nothing is known yet. `cached`: as it was when it was last stored. `live`: as the hub has it. `stale`: as it was
 * when the connection was lost.
 */
export type ReplicaState = 'empty' | 'cached' | 'live' | 'stale';

export interface ReplicaChange {
  /** Anything may have changed. */
  readonly reset: boolean;
  /** Devices whose rows changed, or that are gone. */
  readonly devices: ReadonlySet<string>;
  /** Devices whose presence changed. */
  readonly presence: ReadonlySet<string>;
  readonly groups: boolean;
}
