import type { DeviceAction } from '#protocol/device-actions.ts';
import type { DeviceEntry } from '../devices/device-entry.ts';

/** What can be asked for while the hub is away: it needs no endpoint, and there is a value to compare. */
export type KeepableAction = Extract<DeviceAction, { kind: 'move' | 'rename' }>;

export const isKeepable = (action: DeviceAction): action is KeepableAction =>
  action.kind === 'move' || action.kind === 'rename';

export interface KeptDevice {
  readonly id: string;
  readonly name: string;
  /** Its group or nickname when the action was kept. */
  readonly before: string | null;
}

/** An action that waits for the hub, or for a technician who decides what of it is still wanted. */
export interface KeptAction {
  /** That of the job that it becomes: sent twice, it is done once. */
  readonly id: string;
  readonly action: KeepableAction;
  readonly devices: readonly KeptDevice[];
  /** Milliseconds since 1970. */
  readonly keptAt: number;
  /** The hub is back, and these devices have been changed meanwhile, or it refuses. */
  readonly undecided?: boolean;
}

/** The group or nickname of a device. */
export const valueOf = (action: KeepableAction, { device }: DeviceEntry): string | null =>
  action.kind === 'move' ? device.group : device.nickname;

/** What it is to become. */
export const wantedBy = (action: KeepableAction): string | null =>
  action.kind === 'move' ? action.group : action.nickname;
