import assert from 'node:assert/strict';
import { once } from 'node:events';
import { before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { HubConversation } from '#core/endpoint/connection/hub-conversation.ts';
import { KeyPair } from '#core/endpoint/identity/key-pair.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { newFacts, openEndpoint } from '#core/testing/test-endpoint.ts';
import { openSocket, RefusedSocket, startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { endpointRequests } from '#protocol/endpoint.ts';
import { groupRequests } from '#protocol/groups.ts';
import { endpointPath } from '#protocol/hub.ts';
import { installerRequests } from '#protocol/installers.ts';
import { EnrolmentService } from '../enrolment/enrolment-service.ts';
import { Metrics } from '../metrics/metrics.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { EndpointRoute, type EndpointRouteParts } from './endpoint-route.ts';
import { EndpointService } from './endpoint-service.ts';
import { isSameComputer } from './hardware.ts';

describe('Endpoints', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let token: string;
  let hubKey: string;
  let group: string;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
    group = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
    const wanted = { group, name: null, limit: 5000, expiresAt: null };
    token = (await admin.rpc.request(installerRequests.generate, wanted)).token;
    hubKey = token.split('.')[3]!;
  });
  const position = async () => (await admin.rpc.request(deviceRequests.changes, { since: null })).position;

  it('proves its key to the endpoint, and is found out where it has another', async () => {
    const conversation = await HubConversation.open({ address: hub.url, key: hubKey });
    await conversation.close();
    const key = KeyPair.generate().publicKey;
    await assert.rejects(HubConversation.open({ address: hub.url, key }), failsWith('endpoint.hubKeyMismatch'));
  });

  it('lets a device that has joined connect again with its key', async () => {
    const { keys, facts, standing, conversation } = await openEndpoint(hub, { token });
    await conversation.close();
    const again = await openEndpoint(hub, { keys, facts, hubKey });
    assert.deepEqual(again.standing, standing);
  });

  it('takes a signature for the connection it was made for alone', async () => {
    const { keys, facts } = await openEndpoint(hub, { token });
    const conversation = await HubConversation.open({ address: hub.url, key: hubKey });
    const signature = keys.sign('latchkey endpoint 1\nconnect\nan earlier one');
    const params = { publicKey: keys.publicKey, signature, facts };
    await assert.rejects(
      conversation.rpc.request(endpointRequests.connect, params),
      failsWith('endpoint.proofInvalid'),
    );
    await assert.rejects(conversation.rpc.request(endpointRequests.leave, {}), failsWith('endpoint.proofInvalid'));
    await conversation.close();
  });

  it('puts a new connection of the same computer in the place of the old one', async () => {
    const first = await openEndpoint(hub, { token });
    const second = await openEndpoint(hub, { keys: first.keys, facts: first.facts, hubKey });
    assert.equal(await first.closed, 4000);
    const { lastSeenAt } = await admin.rpc.request(deviceRequests.get, { device: second.standing.device });
    assert.ok(lastSeenAt !== null && Date.now() - lastSeenAt < 1000, 'the device counts as gone');
  });

  it('refuses a copy of a computer that is connected, and both stand in the audit log', async () => {
    const original = await openEndpoint(hub, { token });
    const copy = { ...newFacts(), hostName: 'the-copy' };
    await assert.rejects(
      openEndpoint(hub, { keys: original.keys, facts: copy, hubKey }),
      failsWith('endpoint.keyCopied'),
    );
    assert.equal(original.conversation.rpc.isClosed, false);
    const [entry] = await admin.rpc.request(auditRequests.query, { device: original.standing.device, limit: 1 });
    assert.equal(entry?.outcome, 'refused');
    assert.equal((entry?.before?.['connected'] as { hostName: string }).hostName, original.facts.hostName);
    assert.equal((entry?.after?.['refused'] as { hostName: string }).hostName, 'the-copy');
  });

  it('writes facts down where they changed; replicas are told only of what they have', async () => {
    const { facts, standing, conversation } = await openEndpoint(hub, { token });
    const { device } = standing;
    const before = await position();
    conversation.sendFacts({ ...facts, users: ['somebody.else'] });
    await until(async () => {
      const details = await admin.rpc.request(deviceRequests.get, { device });
      return details.facts.users[0] === 'somebody.else';
    });
    assert.deepEqual(await position(), before);
    conversation.sendFacts({ ...facts, hostName: 'renamed' });
    await until(async () => (await position()).seq > before.seq);
    const { devices } = await admin.rpc.request(deviceRequests.changes, { since: before });
    assert.deepEqual(
      devices.map(({ id, hostName }) => ({ id, hostName })),
      [{ id: device, hostName: 'renamed' }],
    );
  });

  it('brings facts up to date at connect', async () => {
    const { keys, facts, conversation, standing } = await openEndpoint(hub, { token });
    await conversation.close();
    await openEndpoint(hub, { keys, facts: { ...facts, endpointVersion: '9.9.9' }, hubKey });
    const { device } = await admin.rpc.request(deviceRequests.get, { device: standing.device });
    assert.equal(device.endpointVersion, '9.9.9');
  });

  it('deletes the device of an endpoint that leaves, and never lets its key in again', async () => {
    const { keys, facts, conversation, standing } = await openEndpoint(hub, { token });
    const since = await position();
    await conversation.leave();
    const changes = await admin.rpc.request(deviceRequests.changes, { since });
    assert.deepEqual(changes.removed, [standing.device]);
    await assert.rejects(openEndpoint(hub, { keys, facts, hubKey }), failsWith('enrolment.deviceRemoved'));
  });

  it('tells endpoints when their group has another name', async () => {
    const other = await admin.rpc.request(groupRequests.create, { name: 'Bonn' });
    const wanted = { group: other.id, name: null, limit: 1, expiresAt: null };
    const made = await admin.rpc.request(installerRequests.generate, wanted);
    const { told } = await openEndpoint(hub, { token: made.token });
    await admin.rpc.request(groupRequests.rename, { group: other.id, name: 'Bonn-Beuel' });
    await until(() => told.length > 0);
    assert.equal(told[0]?.group, 'Bonn-Beuel');
  });

  it('refuses browsers', async () => {
    const url = `${hub.url.replace('http', 'ws')}${endpointPath}`;
    const refused = await openSocket(url, { headers: { origin: hub.url } }).catch((error: unknown) => error);
    assert.ok(refused instanceof RefusedSocket);
    assert.equal(refused.code, 'account.originRefused');
  });

  it('hangs up on whoever proves nothing in time', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    whenDone(() => void server.close());
    await once(server, 'listening');
    const metrics = new Metrics(new WorkbenchConnections());
    const route = new EndpointRoute({ patience: 30, metrics } as EndpointRouteParts);
    server.on('connection', (socket, request) => route.onConnection(socket, { request, from: '' }));
    const { port } = server.address() as { port: number };
    const socket = await openSocket(`ws://127.0.0.1:${port}`);
    const code = await Promise.race([
      new Promise((resolve) => socket.once('close', resolve)),
      delay(5000, 'still open', { ref: false }),
    ]);
    assert.equal(code, 1008);
  });

  it('asks those beyond to come again where too many have proved nothing; whoever has proved itself does not count', async () => {
    const { token: one } = await admin.rpc.request(installerRequests.generate, {
      group,
      name: null,
      limit: 9,
      expiresAt: null,
    });
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    whenDone(() => void server.close());
    await once(server, 'listening');
    const route = new EndpointRoute({
      mostUnproved: 1,
      metrics: new Metrics(new WorkbenchConnections()),
      identity: hub.get(HubIdentity),
      enrolment: hub.get(EnrolmentService),
      endpoints: hub.get(EndpointService),
    } as unknown as EndpointRouteParts);
    server.on('connection', (socket, request) => route.onConnection(socket, { request, from: '127.0.0.1' }));
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    await openEndpoint({ url }, { token: one });
    await openEndpoint({ url }, { token: one });
    const silent = await openSocket(url.replace('http', 'ws'));
    const beyond = await openSocket(url.replace('http', 'ws'));
    assert.deepEqual(await once(beyond, 'close').then(([code]) => code as number), 1013);
    const gone = once(silent, 'close');
    silent.close();
    await gone;
    await openEndpoint({ url }, { token: one });
  });
});

describe('isSameComputer', () => {
  const facts = newFacts();
  const { smbiosUuid: _, serial: __, ...bare } = facts;
  const mac = (last: string) => [{ name: 'eth0', mac: `00:00:00:00:00:${last}`, addresses: [] }];

  it('goes by the most certain thing that both know', () => {
    assert.equal(isSameComputer({ ...facts, smbiosUuid: 'A' }, { ...facts, smbiosUuid: 'a', serial: 'x' }), true);
    assert.equal(isSameComputer({ ...facts, smbiosUuid: 'a' }, { ...facts, smbiosUuid: 'b' }), false);
    assert.equal(isSameComputer({ ...bare, serial: '1' }, { ...bare, serial: '2' }), false);
    assert.equal(isSameComputer({ ...bare, interfaces: mac('01') }, { ...bare, interfaces: mac('02') }), false);
    const both = [...mac('01'), ...mac('02')];
    assert.equal(isSameComputer({ ...bare, interfaces: mac('01') }, { ...bare, interfaces: both }), true);
    assert.equal(isSameComputer({ ...bare, interfaces: [] }, { ...bare, interfaces: [], hostName: 'other' }), false);
  });
});
