import type { FleetCounts } from '#protocol/fleet-history.ts';
import { muted, presenceColors, rankColors, systemColors } from './dashboard-colors.ts';
import { mostVersions, newestFirst, systemNames } from './dashboard-parts.ts';

/** By what the devices over time are told apart. */
export type Dimension = 'presence' | 'systems' | 'versions';
export const dimensions: readonly Dimension[] = ['presence', 'systems', 'versions'];

/** The fleet at one moment. */
export type FleetPoint = FleetCounts & { readonly at: number };

/** One area of the picture; the areas lie on each other. */
export interface FleetLine {
  readonly id: string;
  readonly label: string;
  readonly color: string;
  readonly read: (point: FleetCounts) => number;
}

type Texts = (key: string, args?: Record<string, string | number>) => string;

export function fleetLines(dimension: Dimension, points: readonly FleetPoint[], t: Texts): FleetLine[] {
  if (dimension === 'presence') return presenceLines(t);
  if (dimension === 'systems') {
    return (['windows', 'macos', 'linux'] as const)
      .filter((id) => points.some(({ systems }) => systems[id]))
      .map((id) => ({
        ...{ id, label: systemNames[id]!, color: systemColors[id]! },
        read: ({ systems }: FleetCounts) => systems[id] ?? 0,
      }));
  }
  const versions = newestFirst([...new Set(points.flatMap(({ versions: of }) => Object.keys(of)))]);
  const shown = versions.length <= mostVersions + 1 ? versions : versions.slice(0, mostVersions);
  const lines = shown.map((id, rank) => ({
    ...{ id, label: id, color: rankColors[rank % rankColors.length]! },
    read: ({ versions: of }: FleetCounts) => of[id] ?? 0,
  }));
  const rest = versions.length - shown.length;
  if (rest === 0) return lines;
  const read = ({ total, versions: of }: FleetCounts): number =>
    total - shown.reduce((sum, id) => sum + (of[id] ?? 0), 0);
  return [...lines, { id: 'rest', label: t('dashboard.otherVersions', { count: rest }), color: muted, read }];
}

function presenceLines(t: Texts): FleetLine[] {
  const present = (['online', 'inSession', 'asleep'] as const).map((id) => ({
    ...{ id, label: t(`dashboard.presence.${id}`), color: presenceColors[id] },
    read: ({ presence }: FleetCounts) => presence[id] ?? 0,
  }));
  const read = ({ total, presence }: FleetCounts): number =>
    Math.max(0, total - Object.values(presence).reduce((sum, count) => sum + count, 0));
  return [...present, { id: 'offline', label: t('dashboard.presence.offline'), color: muted, read }];
}

export const reachableOf = ({ presence }: FleetCounts): number => (presence.online ?? 0) + (presence.inSession ?? 0);

/**
 * Where the hub was not there nothing is known: a point without counts, so that the picture has a gap.
 * @param step milliseconds between two points
 */
export function withGaps(points: readonly FleetPoint[], step: number): (FleetPoint | { readonly at: number })[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    return before && point.at - before.at > step * 1.5 ? [{ at: before.at + step }, point] : [point];
  });
}

/** Moments at which the picture's scale has a mark, in the person's own time zone. @param days that the picture shows */
export function timeMarks(from: number, to: number, days: number): number[] {
  const marks: number[] = [];
  const mark = new Date(from);
  mark.setMinutes(0, 0, 0);
  if (days === 1) mark.setHours(Math.ceil(mark.getHours() / 4) * 4);
  else mark.setHours(24);
  const every = days <= 7 ? 1 : days <= 30 ? 5 : 15;
  while (mark.getTime() <= to) {
    if (mark.getTime() >= from) marks.push(mark.getTime());
    // By the calendar: a day when the clocks change has 23 hours, or 25.
    if (days === 1) mark.setHours(mark.getHours() + 4);
    else mark.setDate(mark.getDate() + every);
  }
  return marks;
}
