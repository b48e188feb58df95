import { packedDeviceColumns, type Device, type PackedDeviceColumns } from '#protocol/devices.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { pack, unpack } from './packing.ts';

const idLength = 16;

/** Devices as `devices/changes` carries them to whoever asks for them packed: by column, where what is alike stands together. */
export function packDevices(devices: readonly Device[]): Promise<string> {
  const kinds: PackedDeviceColumns['kinds'] = [];
  const numbers = new Map<string, number>();
  let before = 0;
  const columns: PackedDeviceColumns = {
    ids: devices.map(({ id }) => id).join(''),
    hostNames: devices.map(({ hostName }) => hostName),
    nicknames: devices.map(({ nickname }) => nickname ?? ''),
    joined: devices.map(({ joinedAt }) => {
      const since = joinedAt - before;
      before = joinedAt;
      return since;
    }),
    kind: devices.map(({ group, state, system, endpointVersion }) => {
      const kind = { group, state, system, endpointVersion };
      const key = JSON.stringify(kind);
      let number = numbers.get(key);
      if (number === undefined) numbers.set(key, (number = kinds.push(kind) - 1));
      return number;
    }),
    kinds,
  };
  return pack(columns);
}

/** @throws LatchkeyError `rpc.invalidResult` */
export async function unpackDevices(packed: string): Promise<Device[]> {
  const parsed = packedDeviceColumns.safeParse(await unpack(packed).catch(() => undefined));
  if (!parsed.success) throw new LatchkeyError('rpc.invalidResult', { method: 'devices/changes', problem: 'packed' });
  const { ids, hostNames, nicknames, joined, kind, kinds } = parsed.data;
  let joinedAt = 0;
  return kind.map((number, row) => ({
    id: ids.slice(row * idLength, (row + 1) * idLength),
    hostName: hostNames[row]!,
    nickname: nicknames[row] || null,
    joinedAt: (joinedAt += joined[row]!),
    ...kinds[number]!,
  }));
}
