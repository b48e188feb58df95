import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { KeyPair } from '#core/endpoint/identity/key-pair.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { newFacts, openEndpoint } from '#core/testing/test-endpoint.ts';
import { openSocket, startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { auditRequests, type AuditEntry } from '#protocol/audit.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { endpointPath, hubRequests } from '#protocol/hub.ts';
import { installerRequests } from '#protocol/installers.ts';

describe('Endpoints that mean no good', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let group: string;
  beforeEach(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
    group = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
  });
  const generate = () =>
    admin.rpc.request(installerRequests.generate, { group, name: null, limit: 5000, expiresAt: null });
  const audit = (params: { device?: string } = {}): Promise<AuditEntry[]> =>
    admin.rpc.request(auditRequests.query, { limit: 500, ...params });

  it('cannot fill the audit log with joins by a revoked installer: after a while their network has to wait', async () => {
    const { installer, token } = await generate();
    await admin.rpc.request(installerRequests.revoke, { installer: installer.id });
    for (let index = 0; index < 20; index++) {
      await assert.rejects(openEndpoint(hub, { token }), failsWith('enrolment.tokenRevoked'));
    }
    const { token: good } = await generate();
    await assert.rejects(openEndpoint(hub, { token }), failsWith('rpc.tooMany'));
    await assert.rejects(openEndpoint(hub, { token: good }), failsWith('rpc.tooMany'));
    const refused = (await audit()).filter(({ action, outcome }) => action === 'device.join' && outcome === 'refused');
    assert.equal(refused.length, 20);
  });

  it('guess no token: guesses are slowed down as well', async () => {
    const { token } = await generate();
    const [head, id, , key] = token.split('.') as [string, string, string, string];
    const guess = () => `${head}.${id}.${KeyPair.generate().publicKey}.${key}`;
    for (let index = 0; index < 20; index++) {
      await assert.rejects(openEndpoint(hub, { token: guess() }), failsWith('enrolment.tokenInvalid'));
    }
    await assert.rejects(openEndpoint(hub, { token: guess() }), failsWith('rpc.tooMany'));
  });

  it('do not slow down a roll-out: hundreds of good joins of one network at once are let in', async () => {
    const { token } = await generate();
    const joins = await Promise.all(Array.from({ length: 200 }, () => openEndpoint(hub, { token })));
    assert.ok(joins.every(({ standing }) => standing.state === 'active'));
  });

  it('a copy of a computer that tries again and again is put down once, and another copy beside it', async () => {
    const { token } = await generate();
    const hubKey = token.split('.')[3]!;
    const { keys, standing } = await openEndpoint(hub, { token });
    const copies = [newFacts(), newFacts()];
    for (const facts of [...copies, ...copies, ...copies]) {
      await assert.rejects(openEndpoint(hub, { keys, facts, hubKey }), failsWith('endpoint.keyCopied'));
    }
    const refused = (await audit({ device: standing.device })).filter(({ outcome }) => outcome === 'refused');
    assert.deepEqual(refused.map(({ actor }) => actor.name).sort(), copies.map(({ hostName }) => hostName).sort());
  });

  it('a computer of which only a part is known that connects while the device is off is seen in the audit log', async () => {
    const { token } = await generate();
    const original = await openEndpoint(hub, { token });
    await original.conversation.close();
    const facts = { ...original.facts, smbiosUuid: newFacts().smbiosUuid! };
    await openEndpoint(hub, { keys: original.keys, facts, hubKey: token.split('.')[3]! });
    const [entry] = await audit({ device: original.standing.device });
    assert.equal(entry?.action, 'endpoint.hardwareChanged');
    assert.equal(entry.before?.['smbiosUuid'], original.facts.smbiosUuid);
    assert.equal(entry.after?.['smbiosUuid'], facts.smbiosUuid);
    const { facts: now } = await admin.rpc.request(deviceRequests.get, { device: original.standing.device });
    assert.deepEqual(now, facts);
  });

  it('are hung up on when a message is larger than any of theirs has to be, while the same is fine for a workbench', async () => {
    const socket = await openSocket(hub.url.replace('http', 'ws') + endpointPath);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(600 * 1024));
    assert.equal(await closed, 1009);
    admin.socket.send(
      JSON.stringify({ jsonrpc: '2.0', method: 'hub/nothing', params: { text: 'x'.repeat(600 * 1024) } }),
    );
    await admin.rpc.request(hubRequests.ping, {});
  });

  it('are taken in with facts that are as full as facts may be', async () => {
    const { token } = await generate();
    const text = 'ü'.repeat(255);
    const interfaces = Array.from({ length: 64 }, (_, index) => ({
      name: text,
      mac: `02:00:00:00:00:${index.toString(16).padStart(2, '0')}`,
      addresses: Array.from({ length: 32 }, () => 'f'.repeat(64)),
    }));
    const facts = { ...newFacts(), users: Array.from({ length: 64 }, () => text), interfaces, processor: text };
    const { standing } = await openEndpoint(hub, { token, facts });
    assert.equal(standing.state, 'active');
  });

  it('speak no JSON-RPC of the wrong kind: members that are no names are no names here either', async () => {
    const socket = await openSocket(hub.url.replace('http', 'ws') + endpointPath);
    const answers: { id?: number; error?: { code: number } }[] = [];
    socket.on('message', (data) => answers.push(JSON.parse(String(data))));
    const methods = ['__proto__', 'constructor', 'toString', '$/cancelRequest', '$/progress', '$/setTrace', ''];
    for (const [id, method] of methods.entries()) {
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params: { __proto__: null } }));
      socket.send(`{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":{"__proto__":{"polluted":1},"id":1}}`);
    }
    socket.send('{"jsonrpc":"2.0","id":99,"method":"hub/ping","params":{"__proto__":{"polluted":1}}}');
    await until(() => answers.some(({ id }) => id === 99));
    assert.equal(answers.find(({ id }) => id === 99)?.error, undefined);
    for (const { id, error } of answers) if (id !== 99) assert.equal(error?.code, -32601, String(id));
    assert.equal(({} as { polluted?: number }).polluted, undefined);
    await admin.rpc.request(hubRequests.ping, {});
    socket.terminate();
  });
});
