import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LatchkeyError } from '#protocol/errors.ts';
import { presence, type PresenceEntry } from '#protocol/presence.ts';
import { newId } from './ids.ts';
import { packPresences, unpackPresences } from './packed-presences.ts';
import { pack } from './packing.ts';

const refused = (error: unknown): boolean => error instanceof LatchkeyError && error.code === 'rpc.invalidResult';

describe('Packed presences', () => {
  it('are the same when they are unpacked, in half the bytes', async () => {
    const entries = Array.from({ length: 1000 }, (_, at): PresenceEntry => {
      const since = 1_700_000_000_000 + ((at * 7_919_333) % 86_400_000);
      return [newId(), presence.options[at % presence.options.length]!, since];
    });
    const packed = await packPresences(entries);
    assert.deepEqual(await unpackPresences(packed), entries);
    assert.ok(packed.length < JSON.stringify(entries).length / 2);
    assert.deepEqual(await unpackPresences(await packPresences([])), []);
  });

  it('are refused where they are not what they should be', async () => {
    const columns = { ids: newId(), presences: [0], since: [1] };
    assert.equal((await unpackPresences(await pack(columns))).length, 1);
    for (const wrong of [{ ids: '' }, { presences: [presence.options.length] }, { presences: [] }, { since: ['x'] }]) {
      await assert.rejects(unpackPresences(await pack({ ...columns, ...wrong })), refused);
    }
    await assert.rejects(unpackPresences('not base64!'), refused);
  });
});
