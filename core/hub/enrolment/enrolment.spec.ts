import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { KeyPair } from '#core/endpoint/identity/key-pair.ts';
import { newFacts, openEndpoint } from '#core/testing/test-endpoint.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { enrolmentRequests } from '#protocol/enrolment.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';

describe('Enrolment', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let group: string;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
    group = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
  });
  const generate = (limit = 5000, expiresAt: number | null = null) =>
    admin.rpc.request(installerRequests.generate, { group, name: null, limit, expiresAt });
  const installer = async (id: string) =>
    (await admin.rpc.request(installerRequests.list, { group })).find((each) => each.id === id);
  const audit = (device: string) => admin.rpc.request(auditRequests.query, { device, limit: 50 });

  const activeInBerlin = (device: string) => ({
    device,
    state: 'active',
    group: 'Berlin',
    nickname: null,
    organisation: '',
  });

  it('I4: a computer joins the group of its installer under its own name', async () => {
    const { installer: made, token } = await generate();
    const { standing, facts } = await openEndpoint(hub, { token });
    assert.deepEqual(standing, activeInBerlin(standing.device));
    const { device, ...details } = await admin.rpc.request(deviceRequests.get, { device: standing.device });
    assert.equal(device.hostName, facts.hostName);
    assert.equal(device.nickname, null);
    assert.equal(device.group, group);
    assert.deepEqual(details.facts, facts);
    assert.equal(details.installer, made.id);
    const [use] = await admin.rpc.request(installerRequests.ledger, { installer: made.id });
    assert.deepEqual(
      { ...use, at: 0 },
      { at: 0, device: standing.device, hostName: facts.hostName, address: '127.0.0.1', outcome: 'joined' },
    );
    const [entry] = await audit(standing.device);
    assert.equal(entry?.action, 'device.join');
    assert.equal(entry?.actor.kind, 'endpoint');
  });

  it('I2: 600 joins at once against a limit of 500: exactly 500 are in, 100 wait, none is lost', async () => {
    const { installer: made, token } = await generate(500);
    const joins = await Promise.all(
      Array.from({ length: 600 }, async () => {
        // 600 connections in one process, which is the hub's too: on a busy machine that takes a while.
        const { standing, conversation } = await openEndpoint(hub, { token, patience: 120 });
        conversation.socket.terminate();
        return standing;
      }),
    );
    assert.equal(joins.filter(({ state }) => state === 'active').length, 500);
    const waiting = joins.filter(({ state }) => state === 'waiting');
    assert.equal(waiting.length, 100);
    assert.ok(waiting.every(({ waitingFor }) => waitingFor === 'limit'));
    assert.equal(new Set(joins.map(({ device }) => device)).size, 600);
    const ledger = await admin.rpc.request(installerRequests.ledger, { installer: made.id });
    assert.equal(ledger.filter(({ outcome }) => outcome === 'joined').length, 500);
    assert.equal(ledger.filter(({ outcome }) => outcome === 'waiting').length, 100);
    const now = await installer(made.id);
    assert.equal(now?.used, 500);
    assert.equal(now?.state, 'full');
  });

  it('I2: past the expiry a computer waits; its slot is not taken', async () => {
    const { installer: made, token } = await generate(5, Date.now() + 300);
    await until(async () => (await installer(made.id))?.state === 'expired');
    const { standing } = await openEndpoint(hub, { token });
    assert.equal(standing.state, 'waiting');
    assert.equal(standing.waitingFor, 'expiry');
    assert.equal((await installer(made.id))?.used, 0);
  });

  it('takes no second slot where the same key joins again', async () => {
    const { installer: made, token } = await generate(2);
    const first = await openEndpoint(hub, { token });
    const again = await openEndpoint(hub, { token, keys: first.keys, facts: first.facts });
    assert.deepEqual(again.standing, first.standing);
    assert.equal((await installer(made.id))?.used, 1);
  });

  it('refuses a revoked installer, and one that this hub never gave', async () => {
    const { installer: made, token } = await generate();
    const revoked = await admin.rpc.request(installerRequests.revoke, { installer: made.id });
    assert.equal(revoked.state, 'revoked');
    await assert.rejects(openEndpoint(hub, { token }), failsWith('enrolment.tokenRevoked'));
    const [head, id, proof, key] = token.split('.') as [string, string, string, string];
    const otherProof = `${proof.startsWith('A') ? 'B' : 'A'}${proof.slice(1)}`;
    const otherId = `${id.startsWith('a') ? 'b' : 'a'}${id.slice(1)}`;
    for (const forged of [`${head}.${id}.${otherProof}.${key}`, `${head}.${otherId}.${proof}.${key}`, 'nonsense']) {
      await assert.rejects(openEndpoint(hub, { token: forged, hubKey: key }), failsWith('enrolment.tokenInvalid'));
    }
    const entries = await admin.rpc.request(auditRequests.query, { limit: 10 });
    const refused = entries.find(({ action, outcome }) => action === 'device.join' && outcome === 'refused');
    assert.equal(refused?.after?.['error'], 'enrolment.tokenRevoked');
  });

  it('lets a waiting device in when a technician approves it, without a slot, and tells the endpoint', async () => {
    const { installer: made, token } = await generate(1);
    await openEndpoint(hub, { token });
    const { standing, told } = await openEndpoint(hub, { token });
    assert.equal(standing.state, 'waiting');
    await admin.rpc.request(enrolmentRequests.approve, { devices: [standing.device] });
    await until(() => told.length > 0);
    assert.deepEqual(told[0], activeInBerlin(standing.device));
    assert.equal((await installer(made.id))?.used, 1);
    const ledger = await admin.rpc.request(installerRequests.ledger, { installer: made.id });
    assert.equal(ledger.find(({ device }) => device === standing.device)?.outcome, 'approved');
    assert.equal((await audit(standing.device))[0]?.action, 'device.approve');
    await assert.rejects(
      admin.rpc.request(enrolmentRequests.approve, { devices: [standing.device] }),
      failsWith('device.notWaiting'),
    );
  });

  it('has a rejected device remove itself, and never lets its key in again', async () => {
    const { token } = await generate(1);
    await openEndpoint(hub, { token });
    const { standing, removed, keys, facts } = await openEndpoint(hub, { token });
    await admin.rpc.request(enrolmentRequests.reject, { devices: [standing.device] });
    assert.equal(await removed, 'rejected');
    const hubKey = token.split('.')[3]!;
    await assert.rejects(openEndpoint(hub, { keys, facts, hubKey }), failsWith('enrolment.deviceRemoved'));
    await assert.rejects(openEndpoint(hub, { keys, facts, token }), failsWith('enrolment.deviceRemoved'));
    await assert.rejects(
      admin.rpc.request(deviceRequests.get, { device: standing.device }),
      failsWith('device.notFound'),
    );
  });

  it('decides about all devices that a call names, or about none', async () => {
    const { token } = await generate(1);
    const active = await openEndpoint(hub, { token });
    const waiting = await openEndpoint(hub, { token });
    const devices = [waiting.standing.device, active.standing.device];
    await assert.rejects(admin.rpc.request(enrolmentRequests.approve, { devices }), failsWith('device.notWaiting'));
    const { device } = await admin.rpc.request(deviceRequests.get, { device: waiting.standing.device });
    assert.equal(device.state, 'waiting');
  });

  it('takes only the holder of a key for it', async () => {
    const { token } = await generate();
    const theirs = KeyPair.generate();
    const liar = { publicKey: theirs.publicKey, sign: (text: string) => KeyPair.generate().sign(text) } as KeyPair;
    await assert.rejects(openEndpoint(hub, { token, keys: liar }), failsWith('endpoint.proofInvalid'));
    const hubKey = token.split('.')[3]!;
    await assert.rejects(
      openEndpoint(hub, { keys: theirs, facts: newFacts(), hubKey }),
      failsWith('endpoint.unknownKey'),
    );
  });
});
