import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { newFacts } from '#core/testing/test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { groupRequests } from '#protocol/groups.ts';
import { rollOutRequests } from '#protocol/roll-outs.ts';
import { EnrolmentService } from '../enrolment/enrolment-service.ts';
import { tokenOf } from '../enrolment/installer-token.ts';
import { HubIdentity } from '../store/hub-identity.ts';

const complete = { domain: 'ad.example.com', share: '\\\\srv\\software' };

describe('A roll-out to as many computers as there may be', { timeout: 240_000 }, () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let group: string;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
    group = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
  });

  it('I2 D1: 5,000 computers that start at once: all in, in the order of their arrival, the limit exact', async () => {
    const count = 5000;
    const names = Array.from({ length: count }, (_, at) => `BURST-${at}`);
    const rollOut = await admin.rpc.request(rollOutRequests.create, {
      ...complete,
      group,
      target: { kind: 'computers', group: 'PCs', computers: names },
    });
    const token = tokenOf(rollOut.installer!, hub.get(HubIdentity));
    const enrolment = hub.get(EnrolmentService);
    // Keys cost more than the joins that are meant: they need not be true ones here.
    const key = (at: number): string => Buffer.alloc(32, `${at}-`).toString('base64url');
    const join = (at: number, hostName = names[at]!) =>
      enrolment.join({
        token,
        publicKey: key(at),
        facts: { ...newFacts(), hostName },
        from: '192.0.2.1',
      });
    const rows = await Promise.all([...names.keys()].map((at) => join(at)));
    const late = await join(count, 'TOO-LATE');
    assert.equal(late.state, 'waiting');
    assert.ok(rows.every(({ state }) => state === 'active'));
    assert.ok(rows.every(({ seq }, at) => at === 0 || seq > rows[at - 1]!.seq));
    const { counts, installer, timeline } = await admin.rpc.request(rollOutRequests.progress, { rollOut: rollOut.id });
    assert.deepEqual(counts, { expected: count, joined: count, waiting: 1, failed: 0, present: 0, missing: 0 });
    assert.deepEqual(installer, { state: 'full', limit: count, used: count });
    assert.ok(timeline.length <= 100);
    assert.equal(timeline.at(-1)?.joined, count);
  });
});
