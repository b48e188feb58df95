import { packedParticularColumns, type PackedParticularColumns, type Particulars } from '#protocol/devices.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { pack, unpack } from './packing.ts';

const idLength = 16;
const second = 1000;

/** Devices with their particulars as `devices/particulars` answers them. Last contacts are rounded to the second. */
export function packParticulars(entries: readonly (readonly [string, Particulars])[]): Promise<string> {
  let before = 0;
  const columns: PackedParticularColumns = {
    ids: entries.map(([id]) => id).join(''),
    seen: entries.map(([, { seenAt }]) => {
      const seconds = Math.floor(seenAt / second);
      const since = seconds - before;
      before = seconds;
      return since;
    }),
    users: entries.map(([, { users }]) => users.join('\n')),
    addresses: entries.map(([, { addresses }]) => addresses.join(' ')),
    macs: entries.map(([, { macs }]) => macs.join('')),
  };
  return pack(columns);
}

/** @throws LatchkeyError `rpc.invalidResult` */
export async function unpackParticulars(packed: string): Promise<[string, Particulars][]> {
  const parsed = packedParticularColumns.safeParse(await unpack(packed).catch(() => undefined));
  if (!parsed.success)
    throw new LatchkeyError('rpc.invalidResult', { method: 'devices/particulars', problem: 'packed' });
  const { ids, seen, users, addresses, macs } = parsed.data;
  let seconds = 0;
  return seen.map((since, row) => [
    ids.slice(row * idLength, (row + 1) * idLength),
    {
      seenAt: (seconds += since) * second,
      users: users[row] ? users[row].split('\n') : [],
      addresses: addresses[row] ? addresses[row].split(' ') : [],
      macs: macs[row]!.match(/.{12}/g) ?? [],
    },
  ]);
}
