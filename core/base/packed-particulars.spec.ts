import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Particulars } from '#protocol/devices.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { newId } from './ids.ts';
import { packParticulars, unpackParticulars } from './packed-particulars.ts';
import { pack } from './packing.ts';

const refused = (error: unknown): boolean => error instanceof LatchkeyError && error.code === 'rpc.invalidResult';

describe('Packed particulars', () => {
  it('are the same when they are unpacked', async () => {
    const entries: [string, Particulars][] = [
      [
        newId(),
        { seenAt: 1_700_000_000_000, users: ['PC\\anna', 'bob b'], addresses: ['10.0.0.4/24', 'fe80::1/64'], macs: [] },
      ],
      [newId(), { seenAt: 1_600_000_000_000, users: [], addresses: [], macs: ['001a2b3c4d5e', '001a2b3c4d5f'] }],
    ];
    assert.deepEqual(await unpackParticulars(await packParticulars(entries)), entries);
    assert.deepEqual(await unpackParticulars(await packParticulars([])), []);
  });

  it('are refused where they are not what they should be', async () => {
    const columns = { ids: newId(), seen: [1], users: [''], addresses: [''], macs: [''] };
    assert.equal((await unpackParticulars(await pack(columns))).length, 1);
    for (const wrong of [{ ids: '' }, { seen: [] }, { users: [] }, { macs: ['xyz'] }, { macs: ['0'.repeat(11)] }])
      await assert.rejects(unpackParticulars(await pack({ ...columns, ...wrong })), refused);
    await assert.rejects(unpackParticulars('not base64!'), refused);
  });
});
