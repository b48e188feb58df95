import { LatchkeyError } from '#protocol/errors.ts';
import { packedPresenceColumns, presence, type PackedPresenceColumns, type PresenceEntry } from '#protocol/presence.ts';
import { pack, unpack } from './packing.ts';

const idLength = 16;

/** Presences as `presence/watchPacked` answers them. */
export function packPresences(entries: readonly PresenceEntry[]): Promise<string> {
  let before = 0;
  const columns: PackedPresenceColumns = {
    ids: entries.map(([id]) => id).join(''),
    presences: entries.map(([, each]) => presence.options.indexOf(each)),
    since: entries.map(([, , since]) => {
      const difference = since - before;
      before = since;
      return difference;
    }),
  };
  return pack(columns);
}

/** @throws LatchkeyError `rpc.invalidResult` */
export async function unpackPresences(packed: string): Promise<PresenceEntry[]> {
  const parsed = packedPresenceColumns.safeParse(await unpack(packed).catch(() => undefined));
  if (!parsed.success)
    throw new LatchkeyError('rpc.invalidResult', { method: 'presence/watchPacked', problem: 'packed' });
  const { ids, presences, since } = parsed.data;
  let at = 0;
  return presences.map((each, row) => [
    ids.slice(row * idLength, (row + 1) * idLength),
    presence.options[each]!,
    (at += since[row]!),
  ]);
}
