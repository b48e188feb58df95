import { sql, type Kysely } from 'kysely';
import type { DeviceFacts } from '#protocol/facts.ts';
import {
  compare,
  hardwareOf,
  keyMark,
  macMark,
  serialMark,
  uuidMark,
  verdictOnNewKey,
  type Comparison,
  type Hardware,
} from '../endpoints/hardware.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { DeviceRow, Tables } from '../store/tables.ts';

/** A mark that more devices have than these tells nothing of which one it is: containers of one host, careless makers. */
const mostWithOneMark = 3;
/** The most devices that are looked at, those first that exist. */
const mostCandidates = 32;
/** The most rows of the index. */
const mostMarks = 256;
/** How many marks one statement asks for: nearly all computers have no more than the first number. */
const sizes = [6, 80];

/** One look at the index of the marks; the same text each time, so that it is built once. */
const queries = sizes.map((size) =>
  preparedQuery((db, place: Record<string, string>) =>
    db
      .selectFrom('device_marks')
      .select(['mark', 'device_id'])
      .where(
        'mark',
        'in',
        Array.from({ length: size }, (_, index) => place[`mark${index}`] ?? ''),
      )
      // Written into the statement: SQLite plans one anew each time whose limit is a parameter.
      .limit(sql.lit(mostMarks)),
  ),
);

type Marked = DeviceRow & { readonly mark: string };

/** The devices of those marks, once for each; those first that exist, and of these the youngest. */
async function readMarked(
  db: Kysely<Tables>,
  marks: readonly { readonly mark: string; readonly device_id: string }[],
): Promise<Marked[]> {
  const ids = [...new Set(marks.map(({ device_id }) => device_id))];
  const rows = await db.selectFrom('devices').selectAll().where('id', 'in', ids).execute();
  const order = (row: DeviceRow): number => (row.deleted_at === null ? 1 : 0);
  const sorted = rows.sort((one, other) => order(other) - order(one) || other.joined_at - one.joined_at);
  return sorted
    .slice(0, mostCandidates)
    .flatMap((row) => marks.filter(({ device_id }) => device_id === row.id).map(({ mark }) => ({ ...row, mark })));
}

/** A device that a computer with a new key is, or may be. */
export interface Candidate {
  readonly row: DeviceRow;
  readonly certain: boolean;
  readonly comparison: Comparison;
}

export interface Found {
  /** The device that had this very key before. */
  readonly superseded?: DeviceRow;
  readonly candidate?: Candidate;
}

/**
 * Which device a computer with a key that no device has may be. Of those that are deleted only one that it certainly is.
 * One look at the index, whatever number of devices there is.
 */
export async function findCandidate(db: Kysely<Tables>, publicKey: string, facts: DeviceFacts): Promise<Found> {
  const hardware = hardwareOf(facts);
  const marks = [
    keyMark(publicKey),
    ...(hardware.uuid ? [uuidMark(hardware.uuid)] : []),
    ...(hardware.serial ? [serialMark(hardware.serial)] : []),
    ...hardware.macs.map(macMark),
  ];
  const at = sizes.findIndex((size) => marks.length <= size);
  const [size, query] = [sizes[at], queries[at]];
  if (size === undefined || !query) return {};
  const places = Array.from({ length: size }, (_, index) => [`mark${index}`, marks[index] ?? '']);
  const marked = await query(db, Object.fromEntries(places) as Record<string, string>);
  // Nearly always: it is no device yet.
  if (marked.length === 0) return {};
  const found = await readMarked(db, marked);
  const superseded = found.find(({ mark }) => mark === marks[0]);
  if (superseded) return { superseded: withoutMark(superseded) };
  const telling = withoutShared(hardware, found);
  const rows = new Map(found.map((row) => [row.id, withoutMark(row)]));
  const candidates = [...rows.values()].flatMap((row): Candidate[] => {
    const comparison = compare(hardwareOf(JSON.parse(row.facts) as DeviceFacts), telling);
    const verdict = verdictOnNewKey(comparison);
    if (verdict === 'other' || (row.deleted_at !== null && verdict !== 'same')) return [];
    return [{ row, certain: verdict === 'same', comparison }];
  });
  const sure = candidates.filter(({ row, certain }) => certain && row.deleted_at === null);
  // Two devices of the same hardware, copies of a virtual machine: which of them it is nobody knows but a person.
  if (sure.length > 1 && sure[0]) return { candidate: { ...sure[0], certain: false } };
  const best = sure[0] ?? candidates.find(({ row }) => row.deleted_at === null) ?? candidates[0];
  return best ? { candidate: best } : {};
}

function withoutShared(hardware: Hardware, found: readonly Marked[]): Hardware {
  const counts = new Map<string, number>();
  for (const { mark, deleted_at } of found) if (deleted_at === null) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  const tells = (mark: string): boolean => (counts.get(mark) ?? 0) <= mostWithOneMark;
  return {
    uuid: hardware.uuid && tells(uuidMark(hardware.uuid)) ? hardware.uuid : undefined,
    serial: hardware.serial && tells(serialMark(hardware.serial)) ? hardware.serial : undefined,
    macs: hardware.macs.filter((mac) => tells(macMark(mac))),
  };
}

const withoutMark = ({ mark: _, ...row }: Marked): DeviceRow => row;
