import type { DeviceCensus } from '#core/workbench/devices/device-census.ts';
import { quote } from '#core/workbench/devices/query-completion.ts';
import type { Presence } from '#protocol/presence.ts';
import { muted, presenceColors, rankColors, systemColors } from './dashboard-colors.ts';

/** One part of a whole, as pictures and tables show it. */
export interface Part {
  readonly id: string;
  readonly label: string;
  readonly value: number;
  readonly color: string;
  /** How many of them can be reached, where that is shown. */
  readonly reachable?: number;
  /** The query that finds its devices; none for what is left over. */
  readonly query?: string;
}

/** Parts that are shown one by one; of more, what is left over is one part. */
export const mostGroups = 10;
export const mostVersions = 5;

type Texts = (key: string, args?: Record<string, string | number>) => string;

const presences: readonly Presence[] = ['online', 'inSession', 'asleep', 'offline'];
const presenceQueries: Readonly<Record<Presence, string>> = {
  // `is:online` finds those in a session too.
  online: 'is:online -is:inSession',
  inSession: 'is:inSession',
  asleep: 'is:asleep',
  offline: 'is:offline',
};

export const presenceParts = ({ presence }: DeviceCensus, t: Texts): Part[] =>
  presences.map((id) => ({
    id,
    label: t(`dashboard.presence.${id}`),
    value: presence[id],
    color: presenceColors[id],
    query: presenceQueries[id],
  }));

export const systemNames: Readonly<Record<string, string>> = { windows: 'Windows', macos: 'macOS', linux: 'Linux' };

export const systemParts = ({ systems }: DeviceCensus): Part[] =>
  [...systems]
    .map(([id, value]) => ({
      ...{ id, value, label: systemNames[id] ?? id, color: systemColors[id] ?? muted, query: `os:${id}` },
    }))
    .sort(byValue);

/** The newest version first: what is behind is what one looks for. */
export function versionParts({ versions }: DeviceCensus, t: Texts): Part[] {
  const parts = newestFirst([...versions.keys()]).map((id, rank) => ({
    ...{ id, label: id, value: versions.get(id) ?? 0, color: rankColors[rank % rankColors.length]! },
    query: `version=${quote(id)}`,
  }));
  return withRest(parts, mostVersions, (count) => t('dashboard.otherVersions', { count }));
}

const byVersion = new Intl.Collator('en', { numeric: true }).compare;
export const newestFirst = (versions: readonly string[]): string[] => [...versions].sort((a, b) => byVersion(b, a));

/** The largest groups first. @param nameOf undefined where the group is not known (any more) */
export function groupParts({ groups }: DeviceCensus, nameOf: (group: string) => string | undefined, t: Texts): Part[] {
  const parts = [...groups]
    .map(([id, { total, reachable }]) => ({
      ...{ id, label: nameOf(id) ?? id, value: total, reachable, color: presenceColors.online },
      query: `group:${quote(nameOf(id) ?? id)}`,
    }))
    .sort(byValue);
  return withRest(parts, mostGroups, (count) => t('dashboard.otherGroups', { count }));
}

/** Of the part that stands for all that have none of their own. */
export const restId = 'rest';

function withRest(parts: readonly Part[], most: number, label: (count: number) => string): Part[] {
  // One alone is no shorter as the rest.
  if (parts.length <= most + 1) return [...parts];
  const rest = parts.slice(most);
  const sum = (read: (part: Part) => number): number => rest.reduce((total, part) => total + read(part), 0);
  const reachable = rest[0]?.reachable === undefined ? {} : { reachable: sum((part) => part.reachable ?? 0) };
  return [
    ...parts.slice(0, most),
    { id: restId, label: label(rest.length), value: sum(({ value }) => value), ...reachable, color: muted },
  ];
}

const byValue = (a: Part, b: Part): number => b.value - a.value || (a.label < b.label ? -1 : 1);
