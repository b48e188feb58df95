import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Device } from '#protocol/devices.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { newId } from './ids.ts';
import { packDevices, unpackDevices } from './packed-devices.ts';
import { pack } from './packing.ts';

const group = newId();
const device = (number: number, change: Partial<Device> = {}): Device => ({
  id: newId(),
  group,
  nickname: number % 10 === 0 ? `Zoë's “${number}”` : null,
  hostName: `pc-${number}`,
  state: 'active',
  system: { platform: 'windows', name: `Windows 1${number % 2}`, version: '10' },
  endpointVersion: '1.0.0',
  joinedAt: 1_700_000_000_000 + ((number * 7919) % 1000),
  ...change,
});
const refused = (error: unknown): boolean => error instanceof LatchkeyError && error.code === 'rpc.invalidResult';

describe('Packed devices', () => {
  it('are the same when they are unpacked, whatever their names are', async () => {
    const devices = Array.from({ length: 500 }, (_, number) => device(number));
    devices.push(device(1, { hostName: 'two\nlines, "quoted"\0', nickname: 'é' }), device(2, { hostName: '' }));
    assert.deepEqual(await unpackDevices(await packDevices(devices)), devices);
    assert.deepEqual(await unpackDevices(await packDevices([])), []);
  });

  it('take less than 60 bytes each on the wire', async () => {
    const devices = Array.from({ length: 1000 }, (_, number) =>
      device(number, { joinedAt: Math.floor(Math.random() * 1.7e12) }),
    );
    assert.ok((await packDevices(devices)).length < 60 * devices.length);
  });

  it('are refused where they are not what they should be', async () => {
    const columns = { ids: newId(), hostNames: ['a'], nicknames: [''], joined: [1], kind: [0], kinds: [] };
    const { state, system, endpointVersion } = device(1);
    const kind = { group, state, system, endpointVersion };
    assert.equal((await unpackDevices(await pack({ ...columns, kinds: [kind] }))).length, 1);
    await assert.rejects(unpackDevices(await pack(columns)), refused, 'a kind that there is not');
    for (const wrong of [{ ids: '' }, { ids: 'not an id' }, { hostNames: [] }, { joined: ['x'] }, { kind: [-1] }]) {
      await assert.rejects(unpackDevices(await pack({ ...columns, kinds: [kind], ...wrong })), refused);
    }
    await assert.rejects(unpackDevices('not base64!'), refused);
    await assert.rejects(unpackDevices('AAAA'), refused);
  });
});
