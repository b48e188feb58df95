import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { packParticulars } from '#core/base/packed-particulars.ts';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { makeTestWorkbench, testDevice, testGroup, until } from '#core/testing/workbench/test-workbench.ts';
import { deviceRequests, type Particulars } from '#protocol/devices.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { closeSignedOut } from '#protocol/hub.ts';
import { presenceNotifications } from '#protocol/presence.ts';
import { DeviceParticulars } from './device-particulars.ts';
import { DeviceQueries } from './device-queries.ts';

const day = 86_400_000;
const ids = ['a', 'b', 'c'].map((letter) => letter.repeat(16));

/**
 * A workbench with three devices: `a` is online, `b` was seen yesterday, `c` ten days ago.
 * @param ahead milliseconds by which the hub's clock is ahead of the workbench's
 */
async function open(ahead = 0) {
  const now = Date.now() + ahead;
  const hub = new ScriptedHub();
  hub.ahead = ahead;
  const asked: (string | null)[] = [];
  const state = { refuse: false };
  hub.changes = () => ({
    position: { store: 's', scope: 'a', seq: 1 },
    reset: true,
    groups: [testGroup],
    devices: [testDevice('a'), testDevice('b'), testDevice('c')],
    removed: [],
    more: false,
  });
  hub.presences = [[ids[0]!, 'online', now - day]];
  const known: [string, Particulars][] = [
    [ids[0]!, { seenAt: now, users: ['OFFICE\\anna'], addresses: ['10.1.2.3/24'], macs: ['001a2b3c4d5e'] }],
    [ids[1]!, { seenAt: now - day, users: ['bob'], addresses: ['192.168.70.4/24', 'fe80::7/64'], macs: [] }],
    [ids[2]!, { seenAt: now - 10 * day, users: [], addresses: ['192.168.7.4/24'], macs: ['ffeeddccbbaa'] }],
  ];
  hub.prepare = (rpc) =>
    rpc.handle(deviceRequests.particulars, async ({ after }) => {
      asked.push(after);
      if (state.refuse) throw new LatchkeyError('internal', { reference: 'x' });
      const [page, next] = after === null ? [known.slice(0, 2), ids[1]!] : [known.slice(2), null];
      return { packed: await packParticulars(page), next };
    });
  const workbench = await makeTestWorkbench({ hub });
  await workbench.goOnline();
  const queries = workbench.get(DeviceQueries);
  const names = async (text: string): Promise<string[]> => (await queries.runWhole(text)).map(({ name }) => name);
  return { ...workbench, hub, asked, queries, names, state, now };
}

describe('Particulars of devices, as queries ask of them (X9)', () => {
  it('are asked of by the hub’s clock, however wrong the one here is', async () => {
    for (const ahead of [-9 * 3_600_000, 9 * 3_600_000]) {
      const { names } = await open(ahead);
      assert.deepEqual(await names('seen<2h'), ['pc-a'], 'online is seen now');
      assert.deepEqual(await names('offline<25h'), ['pc-b']);
      assert.deepEqual(await names('offline>23h'), ['pc-b', 'pc-c']);
      assert.deepEqual(await names('online<25h'), ['pc-a']);
    }
  });

  it('are asked for by the first query that needs them, page by page, and once', async () => {
    const { asked, names } = await open();
    assert.deepEqual(await names('host:pc-a or is:offline joined>2d'), ['pc-a', 'pc-b', 'pc-c']);
    assert.deepEqual(asked, []);
    assert.deepEqual(await names('offline>7d'), ['pc-c']);
    assert.deepEqual(await names('offline<7d'), ['pc-b']);
    assert.deepEqual(await names('seen<2h'), ['pc-a']);
    assert.deepEqual(await names('-seen>3d'), ['pc-a', 'pc-b']);
    assert.deepEqual(await names('user:anna'), ['pc-a']);
    assert.deepEqual(await names('user=anna or user=bo'), ['pc-a']);
    assert.deepEqual(await names('ip:192.168.7'), ['pc-c']);
    assert.deepEqual(await names('ip:192.168.0.0/16'), ['pc-b', 'pc-c']);
    assert.deepEqual(await names('ip:10.1.2.3 or ip:fe80:'), ['pc-a', 'pc-b']);
    assert.deepEqual(await names('mac:00-1A-2B'), ['pc-a']);
    assert.deepEqual(await names('mac=ffee.ddcc.bbaa'), ['pc-c']);
    assert.deepEqual(asked, [null, ids[1]]);
  });

  it('are loaded while somebody types, who is told when they are there', async () => {
    const { queries, replica } = await open();
    const told = until(replica.changes$, ({ reset }) => reset);
    assert.equal(queries.filter(queries.compile('ip:10.1.2.3')).length, 0);
    await told;
    assert.equal(queries.filter(queries.compile('ip:10.1.2.3')).length, 1);
  });

  it('give way to what presence says since', async () => {
    const { hub, names, replica, now } = await open();
    assert.deepEqual(await names('offline<1h'), []);
    const told = until(replica.changes$, ({ presence }) => presence.size > 0);
    hub.rpc!.notify(presenceNotifications.changed, { changes: [[ids[0]!, 'offline', now + 60_000]] });
    await told;
    assert.deepEqual(await names('offline<1h'), ['pc-a']);
  });

  it('are not there for the next who signs in, and a refusal is told', async () => {
    const { hub, replica, names, state, get } = await open();
    await names('user:anna');
    assert.notEqual(replica.particularsLoadedAt, undefined);
    const empty = until(replica.state$, (each) => each === 'empty');
    hub.hangUp(closeSignedOut);
    await empty;
    assert.equal(replica.particularsLoadedAt, undefined);
    state.refuse = true;
    await assert.rejects(get(DeviceParticulars).load());
  });

  it('say what is no address', async () => {
    const { names } = await open();
    for (const wrong of ['ip:office', 'ip:10.0.0.0/33', 'mac:xyz'])
      await assert.rejects(names(wrong), ({ code }: LatchkeyError) => code === 'query.invalid');
  });
});
