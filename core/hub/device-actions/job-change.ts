import type { DeviceAction, DeviceActionProblem } from '#protocol/device-actions.ts';
import type { WriteTransaction } from '../store/store.ts';
import type { DeviceJobRow, DeviceRow } from '../store/tables.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';

/** A device of a job, and its row where there is one. */
export interface JobDevice {
  readonly device: string;
  readonly position: number;
  readonly expected: string | null;
  readonly wanted: string | null;
  readonly row: DeviceRow | undefined;
}

/** A device of a job whose row there is. */
export type PresentDevice = JobDevice & { readonly row: DeviceRow };

/** What became of a chunk: the problem of each device that failed. */
export type ChunkOutcome = ReadonlyMap<string, DeviceActionProblem>;

/** How actions of some kinds are done. */
export interface JobChange {
  /** Does what can be done for these devices within the transaction, and keeps the outcome of those that did not fail. */
  run(
    tx: WriteTransaction,
    actor: TechnicianActor,
    job: DeviceJobRow,
    action: DeviceAction,
    devices: readonly JobDevice[],
  ): Promise<ChunkOutcome>;
}

/** The name that a device goes by. */
export const nameOf = (row: Pick<DeviceRow, 'nickname' | 'host_name'>): string => row.nickname ?? row.host_name;
