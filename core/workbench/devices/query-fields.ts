import { deviceState } from '#protocol/devices.ts';
import { platform } from '#protocol/facts.ts';
import type { QueriedDevice } from './device-entry.ts';
import { fold } from './name-order.ts';

export type DevicePredicate = (device: QueriedDevice) => boolean;

/** What a field's values are looked up in. */
export interface QueryContext {
  readonly groups: readonly { readonly id: string; readonly name: string }[];
}

/** A field of the query language. */
export interface QueryField {
  readonly name: string;
  /** Other names of it. */
  readonly aliases?: readonly string[];
  /** The values that there are, for completion; where `closed`, no other is valid. */
  readonly values?: (context: QueryContext) => readonly string[];
  readonly closed?: boolean;
  /** `value` is folded: lower case, no accents. */
  compile(value: string, operator: ':' | '~', context: QueryContext): DevicePredicate;
}

const text = (name: string, read: (device: QueriedDevice) => string): QueryField => ({
  name,
  compile: (value, operator) =>
    operator === '~' ? (entry) => fold(read(entry)).includes(value) : (entry) => fold(read(entry)) === value,
});

/** Asks once for each value: a fleet has few systems and versions. */
function remembering(read: (device: QueriedDevice) => string, matches: (value: string) => boolean): DevicePredicate {
  const known = new Map<string, boolean>();
  return (entry) => {
    const value = read(entry);
    let answer = known.get(value);
    if (answer === undefined) known.set(value, (answer = matches(value)));
    return answer;
  };
}

const presences: Readonly<Record<string, DevicePredicate>> = {
  online: (entry) => entry.isOnline,
  offline: ({ presence }) => presence === 'offline',
  asleep: ({ presence }) => presence === 'asleep',
  insession: ({ presence }) => presence === 'inSession',
};

export const queryFields: readonly QueryField[] = [
  {
    name: 'group',
    values: ({ groups }) => groups.map(({ name }) => name),
    compile(value, operator, { groups }) {
      const wanted = groups.filter(({ id, name }) =>
        operator === '~' ? fold(name).includes(value) : id === value || fold(name) === value,
      );
      const ids = new Set(wanted.map(({ id }) => id));
      const [only] = ids;
      return ids.size === 1 ? ({ group }) => group === only : ({ group }) => ids.has(group);
    },
  },
  {
    name: 'os',
    aliases: ['system', 'platform'],
    values: () => platform.options,
    compile: (value) =>
      (platform.options as readonly string[]).includes(value)
        ? (entry) => entry.platform === value
        : remembering(
            ({ systemName }) => systemName,
            (name) => fold(name).includes(value),
          ),
  },
  {
    name: 'is',
    values: () => Object.keys(presences),
    closed: true,
    compile: (value) => presences[value] ?? (() => false),
  },
  {
    name: 'state',
    values: () => deviceState.options,
    closed: true,
    compile:
      (value) =>
      ({ state }) =>
        state === value,
  },
  {
    name: 'name',
    compile: (value, operator) =>
      operator === '~' ? ({ foldedName }) => foldedName.includes(value) : ({ foldedName }) => foldedName === value,
  },
  {
    name: 'host',
    aliases: ['hostname'],
    compile: (value, operator) =>
      operator === '~'
        ? ({ foldedHostName }) => foldedHostName.includes(value)
        : ({ foldedHostName }) => foldedHostName === value,
  },
  text('nickname', ({ nickname }) => nickname ?? ''),
  text('id', ({ id }) => id),
  {
    name: 'version',
    // `1.2` is 1.2 and 1.2.7, but not 1.20.
    compile: (value, operator) =>
      remembering(
        ({ endpointVersion }) => endpointVersion,
        operator === '~'
          ? (version) => version.includes(value)
          : (version) => version === value || version.startsWith(`${value}.`),
      ),
  },
];
