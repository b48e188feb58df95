import { deviceState } from '#protocol/devices.ts';
import { platform } from '#protocol/facts.ts';
import type { QueriedDevice } from './device-entry.ts';
import { fold } from './name-order.ts';
import type { QueryOperator } from './query-parser.ts';
import {
  compareAddress,
  compareNumber,
  compareTime,
  compareVersion,
  macDigits,
  parseDuration,
  parseTime,
} from './query-values.ts';

export type DevicePredicate = (device: QueriedDevice) => boolean;

/** What a field's values are looked up in. */
export interface QueryContext {
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  /** Milliseconds since 1970, from which lengths of time count back; now, unless told. */
  readonly now?: number;
}

/** A field of the query language. */
export interface QueryField {
  readonly name: string;
  /** Other names of it. */
  readonly aliases?: readonly string[];
  /** Those that it knows; the first is what completion writes. */
  readonly operators: readonly QueryOperator[];
  /** The values that there are, for completion; where `closed`, no other is valid. */
  readonly values?: (context: QueryContext) => readonly string[];
  readonly closed?: boolean;
  /** It asks what is not in the replica's rows: see `DeviceParticulars`. */
  readonly particular?: boolean;
  /** It asks no more than what a `DeviceKind` has: the answer is the same for all devices of one. */
  readonly ofKind?: boolean;
  /**
   * @param value folded: lower case, no accents
   * @returns the key of what is wrong with the value, where something is
   */
  compile(value: string, operator: QueryOperator, context: QueryContext): DevicePredicate | string;
}

const texts: readonly QueryOperator[] = [':', '=', '~'];
const orders: readonly QueryOperator[] = ['>', '<', '>=', '<='];

/** `read` gives folded text. `:` and `~` are in it, `=` is all of it. */
const text = (name: string, read: (device: QueriedDevice) => string, aliases: readonly string[] = []): QueryField => ({
  name,
  aliases,
  operators: texts,
  compile: (value, operator) =>
    operator === '=' ? (device) => read(device) === value : (device) => read(device).includes(value),
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

/** A time: compared with a date (`<2026-01-01`), or by how long ago it is (`>7d`: longer than 7 days). */
const time = (name: string, read: (device: QueriedDevice) => number | undefined): QueryField => ({
  name,
  operators: [...orders, ':', '='],
  compile(value, operator, { now = Date.now() }) {
    const duration = parseDuration(value);
    const span = parseTime(value);
    if (duration === undefined && !span) return 'query.notATime';
    if (duration !== undefined && (operator === ':' || operator === '=')) return 'query.lengthWithoutOrder';
    const holds = span
      ? compareTime(operator, span)
      : (
          (compare) => (at: number) =>
            compare(now - at)
        )(compareNumber(operator, duration!));
    return (device) => {
      const at = read(device);
      return at !== undefined && holds(at);
    };
  },
});

/** How long a device has been in a state: `offline>7d`. */
const lasting = (
  name: string,
  is: (device: QueriedDevice) => boolean,
  since: (device: QueriedDevice) => number | undefined,
): QueryField => ({
  name,
  operators: orders,
  compile(value, operator, { now = Date.now() }) {
    const duration = parseDuration(value);
    if (duration === undefined) return 'query.notALength';
    const holds = compareNumber(operator, duration);
    return (device) => {
      if (!is(device)) return false;
      const from = since(device);
      return from !== undefined && holds(now - from);
    };
  },
});

const conditions: Readonly<Record<string, DevicePredicate>> = {
  online: (device) => device.isOnline,
  offline: ({ presence }) => presence === 'offline',
  asleep: ({ presence }) => presence === 'asleep',
  inSession: ({ presence }) => presence === 'inSession',
  active: ({ state }) => state === 'active',
  waiting: ({ state }) => state === 'waiting',
  blocked: ({ state }) => state === 'blocked',
  removing: ({ state }) => state === 'removing',
};
const condition = new Map(Object.entries(conditions).map(([name, holds]) => [fold(name), holds]));

export const queryFields: readonly QueryField[] = [
  {
    name: 'group',
    ofKind: true,
    operators: texts,
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
    ofKind: true,
    aliases: ['system', 'platform'],
    operators: texts,
    values: () => platform.options,
    compile: (value, operator) =>
      operator !== '~' && (platform.options as readonly string[]).includes(value)
        ? (entry) => entry.platform === value
        : remembering(
            ({ systemName }) => systemName,
            (name) => (operator === '=' ? fold(name) === value : fold(name).includes(value)),
          ),
  },
  {
    name: 'is',
    operators: [':', '='],
    values: () => Object.keys(conditions),
    closed: true,
    compile: (value) => condition.get(value) ?? (() => false),
  },
  {
    name: 'state',
    ofKind: true,
    operators: [':', '='],
    values: () => deviceState.options,
    closed: true,
    compile:
      (value) =>
      ({ state }) =>
        state === value,
  },
  text('name', ({ foldedName }) => foldedName),
  text('host', ({ foldedHostName }) => foldedHostName, ['hostname']),
  text('nickname', ({ nickname }) => fold(nickname ?? '')),
  {
    name: 'version',
    ofKind: true,
    operators: [':', '=', '~', ...orders],
    // `1.2` is 1.2 and 1.2.7, but not 1.20.
    compile(value, operator) {
      const read = ({ endpointVersion }: QueriedDevice): string => endpointVersion;
      if (operator === '~') return remembering(read, (version) => version.includes(value));
      if (operator === '=') return remembering(read, (version) => version === value);
      if (operator === ':') return remembering(read, (version) => version === value || version.startsWith(`${value}.`));
      const holds = compareVersion(operator, value);
      return holds ? remembering(read, holds) : 'query.notAVersion';
    },
  },
  time('joined', ({ joinedAt }) => joinedAt),
  { ...time('seen', ({ lastSeenAt }) => lastSeenAt), particular: true },
  {
    ...lasting(
      'offline',
      ({ presence }) => presence === 'offline',
      ({ lastSeenAt }) => lastSeenAt,
    ),
    particular: true,
  },
  lasting(
    'online',
    ({ isOnline }) => isOnline,
    ({ presenceSince }) => presenceSince,
  ),
  lasting(
    'asleep',
    ({ presence }) => presence === 'asleep',
    ({ presenceSince }) => presenceSince,
  ),
  {
    name: 'user',
    operators: texts,
    particular: true,
    compile: (value, operator) => (device) =>
      device.particulars?.users.some((user) => {
        const folded = fold(user);
        // `DOMAIN\anna` is found as anna too.
        return operator === '=' ? folded === value || folded.endsWith(`\\${value}`) : folded.includes(value);
      }) ?? false,
  },
  {
    name: 'ip',
    operators: [':', '='],
    particular: true,
    compile(value) {
      const matches = compareAddress(value);
      return matches
        ? ({ particulars }) => particulars !== undefined && matches(particulars.addresses)
        : 'query.notAnAddress';
    },
  },
  {
    name: 'mac',
    operators: [':', '=', '~'],
    particular: true,
    compile(value, operator) {
      const digits = macDigits(value);
      if (digits === undefined) return 'query.notAMac';
      const matches = (mac: string): boolean => (operator === '=' ? mac === digits : mac.includes(digits));
      return ({ particulars }) => particulars?.macs.some(matches) ?? false;
    },
  },
  text('id', ({ id }) => id),
];

export const findField = (fields: readonly QueryField[], name: string): QueryField | undefined =>
  fields.find((field) => field.name === name || field.aliases?.includes(name));
