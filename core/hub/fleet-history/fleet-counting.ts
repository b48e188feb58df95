import type { Presence } from '#protocol/presence.ts';
import type { FleetCounts } from '#protocol/fleet-history.ts';

/** How many devices of one group have these in common. */
export interface DeviceTally {
  readonly group: string;
  readonly platform: keyof FleetCounts['systems'];
  readonly version: string;
  readonly count: number;
}

/** Of all groups together. */
export const wholeFleet = '';

export const noDevices = (): FleetCounts => ({ total: 0, presence: {}, systems: {}, versions: {} });

/** Adds what is counted in `more`. */
export function addCounts(to: FleetCounts, more: FleetCounts): void {
  to.total += more.total;
  for (const kind of ['presence', 'systems', 'versions'] as const) {
    const into = to[kind] as Record<string, number>;
    for (const [name, count] of Object.entries(more[kind])) into[name] = (into[name] ?? 0) + count;
  }
}

/** Of each group, and of the whole fleet. @param present the presence of each device that is not offline, with its group */
export function countByGroup(
  tallies: readonly DeviceTally[],
  present: Iterable<{ readonly group: string; readonly presence: Exclude<Presence, 'offline'> }>,
): Map<string, FleetCounts> {
  const groups = new Map<string, FleetCounts>([[wholeFleet, noDevices()]]);
  const of = (group: string): FleetCounts => {
    let counts = groups.get(group);
    if (!counts) groups.set(group, (counts = noDevices()));
    return counts;
  };
  for (const { group, platform, version, count } of tallies) {
    const counted: FleetCounts = {
      ...{ total: count, presence: {} },
      ...{ systems: { [platform]: count }, versions: { [version]: count } },
    };
    for (const each of [group, wholeFleet]) addCounts(of(each), counted);
  }
  for (const { group, presence } of present) {
    for (const each of [group, wholeFleet]) {
      const { presence: into } = of(each);
      into[presence] = (into[presence] ?? 0) + 1;
    }
  }
  return groups;
}
