import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { CancellationTokenSource } from '#jsonrpc';
import { unpackWakeResults } from '#core/base/wake/wake-outcomes.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { startTestAccount, type TestAccount } from '#core/testing/test-account.ts';
import { newFacts, openEndpoint, type TestEndpoint } from '#core/testing/test-endpoint.ts';
import type { TestWorkbench } from '#core/testing/test-hub.ts';
import { auditRequests } from '#protocol/audit.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ParamsOf } from '#protocol/messages.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { endpointWakeRequests, wakeRequests, type WakeResult } from '#protocol/wake.ts';

type Order = ParamsOf<typeof endpointWakeRequests.send>;

describe('Waking (X6)', () => {
  let account: TestAccount;
  let admin: TestWorkbench;
  let subnets = 0;
  before(async () => {
    account = await startTestAccount({ times: { wake: 1 } });
    ({ admin } = account);
  });

  /** A subnet that no other test has. */
  const newSubnet = () => `10.213.${subnets++}`;
  let hosts = 0;
  /** An endpoint in a subnet; what it is asked to send, and what it does then. */
  async function endpointIn(token: string, subnet: string, onSend?: (order: Order) => unknown, interfaces?: []) {
    const base = newFacts();
    const [card] = base.interfaces;
    const facts = {
      ...base,
      interfaces: interfaces ?? [{ ...card!, name: 'eth0', addresses: [`${subnet}.${(++hosts % 250) + 1}/24`] }],
    };
    const endpoint = await openEndpoint(account.hub, { token, facts });
    const orders: Order[] = [];
    endpoint.conversation.rpc.handle(endpointWakeRequests.send, async (order) => {
      orders.push(order);
      await onSend?.(order);
      return { packets: 1 };
    });
    return { ...endpoint, orders, device: endpoint.standing.device, mac: facts.interfaces[0]?.mac ?? '' };
  }
  /** Goes offline, as the hub sees it. */
  async function sleep({ conversation, device }: { conversation: TestEndpoint['conversation']; device: string }) {
    conversation.socket.terminate();
    await until(async () => {
      const [result] = await wake([device], admin, true);
      return result?.problem?.code !== 'wake.alreadyOnline';
    });
  }
  async function wake(devices: string[], { rpc } = admin, giveUp = false): Promise<WakeResult[]> {
    const source = new CancellationTokenSource();
    const answer = rpc.request(wakeRequests.run, { devices }, { token: source.token });
    if (giveUp) setTimeout(() => source.cancel(), 5);
    const outcomes = await answer.catch((error: LatchkeyError) => {
      if (error.code === 'rpc.cancelled') return { senders: [], outcomes: [] };
      throw error;
    });
    return unpackWakeResults(outcomes, () => undefined);
  }

  it('X6: three awake endpoints of the subnet send, and it is awake once it has checked in', async () => {
    const { token } = await account.newGroup();
    const subnet = newSubnet();
    const sleeper = await endpointIn(token, subnet);
    await sleep(sleeper);
    const { keys, facts } = sleeper;
    let booting: Promise<unknown> | undefined;
    const boot = () => (booting ??= openEndpoint(account.hub, { keys, facts, hubKey: token.split('.')[3]! }));
    const senders = await Promise.all(Array.from({ length: 4 }, () => endpointIn(token, subnet, boot)));
    await endpointIn(token, newSubnet(), () => assert.fail('asked in another subnet'));
    const [result] = await wake([sleeper.device]);
    await booting;
    assert.equal(result?.state, 'awake');
    assert.equal(result.problem, null);
    assert.equal(result.sentBy.length, 3);
    const orders = senders.flatMap((each) => each.orders);
    assert.equal(orders.length, 3);
    assert.deepEqual(orders[0], {
      subnet: `${subnet}.0/24`,
      routed: false,
      copies: 1,
      targets: [{ mac: sleeper.mac, password: null }],
    });
    const [again] = await wake([sleeper.device]);
    assert.deepEqual([again?.state, again?.problem?.code], ['refused', 'wake.alreadyOnline']);
  });

  it('X6: sent without an answer says so, with the reason and by whom it was sent', async () => {
    const { token } = await account.newGroup();
    const subnet = newSubnet();
    const sleeper = await endpointIn(token, subnet);
    await sleep(sleeper);
    const sender = await endpointIn(token, subnet);
    const [result] = await wake([sleeper.device]);
    assert.deepEqual([result?.state, result?.problem?.code], ['noAnswer', 'wake.noAnswer']);
    assert.deepEqual(result?.sentBy, [{ device: sender.device, name: sender.facts.hostName }]);
    assert.equal(sender.orders[0]?.copies, 3, 'alone, it makes up for the others');
  });

  it('X6: nothing is tried where no card or subnet is known, or nobody can send', async () => {
    const { token } = await account.newGroup();
    const cardless = await endpointIn(token, '', undefined, []);
    const lonely = await endpointIn(token, newSubnet());
    await sleep(cardless);
    await sleep(lonely);
    const results = await wake([cardless.device, lonely.device]);
    assert.deepEqual(
      results.map(({ state, problem, sentBy }) => [state, problem?.code, sentBy.length]),
      [
        ['refused', 'wake.noAddress', 0],
        ['refused', 'wake.noSender', 0],
      ],
    );
  });

  it('X9: many of one subnet travel in one message, and stand in one audit entry', async () => {
    const { token } = await account.newGroup();
    const subnet = newSubnet();
    const sleepers = [];
    for (let index = 0; index < 5; index++) sleepers.push(await endpointIn(token, subnet));
    for (const each of sleepers) await sleep(each);
    const sender = await endpointIn(token, subnet);
    const devices = sleepers.map(({ device }) => device);
    const results = await wake(devices);
    assert.deepEqual(
      results.map(({ device }) => device),
      devices,
    );
    assert.equal(sender.orders.length, 1);
    assert.deepEqual(sender.orders[0]?.targets.map(({ mac }) => mac).sort(), sleepers.map(({ mac }) => mac).sort());
    const [entry] = await admin.rpc.request(auditRequests.query, { limit: 1 });
    assert.deepEqual([entry?.action, entry?.outcome, entry?.devices.length], ['device.wake', 'done', 5]);
    assert.deepEqual(entry?.after, { sent: 5, failed: 0, refused: 0, sentBy: [sender.facts.hostName] });
  });

  it('X6: endpoints of the own group come first, and those of groups that are not assigned never', async () => {
    const [mine, theirs] = [await account.newGroup(), await account.newGroup()];
    const subnet = newSubnet();
    const sleeper = await endpointIn(mine.token, subnet);
    await sleep(sleeper);
    const stranger = await endpointIn(theirs.token, subnet);
    const { workbench } = await account.newTechnician([mine.group]);
    const [alone] = await wake([sleeper.device], workbench);
    assert.equal(alone?.problem?.code, 'wake.noSender');
    const [hidden] = await wake([stranger.device], workbench);
    assert.equal(hidden?.problem?.code, 'device.notFound');
    const neighbour = await endpointIn(mine.token, subnet);
    await wake([sleeper.device]);
    assert.deepEqual([stranger.orders.length, neighbour.orders.length], [0, 1]);
  });

  it('X6: one that cannot send gives way to the next; where none can, that is the reason', async () => {
    const { token } = await account.newGroup();
    const subnet = newSubnet();
    const sleeper = await endpointIn(token, subnet);
    await sleep(sleeper);
    const fail = () => Promise.reject(new LatchkeyError('wake.sendFailed', { reason: 'ENETUNREACH' }));
    for (let index = 0; index < 3; index++) await endpointIn(token, subnet, fail);
    const [failed] = await wake([sleeper.device]);
    assert.deepEqual([failed?.state, failed?.problem?.code], ['failed', 'wake.sendFailed']);
    const able = await endpointIn(token, subnet);
    const [sent] = await wake([sleeper.device]);
    assert.deepEqual(
      sent?.sentBy.map(({ device }) => device),
      [able.device],
    );
  });

  it('X6: a subnet that an administrator said reaches it sends by routers, and nobody else sets that', async () => {
    const { group, token } = await account.newGroup();
    const [far, near] = [newSubnet(), newSubnet()];
    const sleeper = await endpointIn(token, far);
    await sleep(sleeper);
    const relay = await endpointIn(token, near);
    const relays = [{ subnet: `${far}.0/24`, through: `${near}.9/24` }];
    const { workbench } = await account.newTechnician([group]);
    await assert.rejects(
      workbench.rpc.request(wakeRequests.setRelays, { relays }),
      failsWith('permission.administratorOnly'),
    );
    await admin.rpc.request(wakeRequests.setRelays, { relays });
    assert.deepEqual(await admin.rpc.request(wakeRequests.relays, {}), {
      relays: [{ subnet: `${far}.0/24`, through: `${near}.0/24` }],
    });
    const [result] = await wake([sleeper.device], workbench);
    assert.deepEqual([result?.state, result?.problem?.code], ['noAnswer', 'wake.noAnswerRouted']);
    assert.deepEqual([relay.orders[0]?.routed, relay.orders[0]?.subnet], [true, `${far}.0/24`]);
    await assert.rejects(
      admin.rpc.request(wakeRequests.setRelays, { relays: [{ subnet: '10.0.0.0/32', through: '10.0.0.0/8' }] }),
      failsWith('wake.subnetInvalid'),
    );
    await admin.rpc.request(wakeRequests.setRelays, { relays: [] });
  });

  it('X6: the SecureOn password goes along, and is nowhere to be read', async () => {
    const { token } = await account.newGroup();
    const subnet = newSubnet();
    const sleeper = await endpointIn(token, subnet);
    await sleep(sleeper);
    const sender = await endpointIn(token, subnet);
    const password = 'c0:ff:ee:00:00:01';
    await admin.rpc.request(wakeRequests.setPassword, { device: sleeper.device, password });
    await wake([sleeper.device]);
    assert.equal(sender.orders[0]?.targets[0]?.password, password);
    assert.ok(!JSON.stringify(await admin.rpc.request(auditRequests.query, { limit: 20 })).includes(password));
    await admin.rpc.request(wakeRequests.setPassword, { device: sleeper.device, password: null });
    await wake([sleeper.device]);
    assert.equal(sender.orders[1]?.targets[0]?.password, null);
  });

  it('X6: a technician without the permission is refused', async () => {
    const { group, token } = await account.newGroup();
    const { device } = await endpointIn(token, newSubnet());
    const { id, workbench } = await account.newTechnician([group]);
    await admin.rpc.request(permissionRequests.set, { technician: id, permission: 'device.wake', allowed: false });
    await assert.rejects(wake([device], workbench), failsWith('permission.switchedOff'));
    await assert.rejects(
      workbench.rpc.request(wakeRequests.setPassword, { device, password: null }),
      failsWith('permission.switchedOff'),
    );
  });

  it('X9: given up, it answers at once with what was sent', async () => {
    const { token } = await account.newGroup();
    const subnet = newSubnet();
    const sleeper = await endpointIn(token, subnet);
    await sleep(sleeper);
    const source = new CancellationTokenSource();
    await endpointIn(token, subnet, () => source.cancel());
    const { outcomes } = await admin.rpc.request(
      wakeRequests.run,
      { devices: [sleeper.device] },
      { token: source.token },
    );
    assert.deepEqual([outcomes[0]?.state, outcomes[0]?.sentBy.length], ['sent', 1]);
  });
});
