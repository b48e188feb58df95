import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '#core/base/ids.ts';
import { HubConversation } from '#core/endpoint/connection/hub-conversation.ts';
import { KeyPair } from '#core/endpoint/identity/key-pair.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { newFacts, openEndpoint, type TestEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceActionRequests } from '#protocol/device-actions.ts';
import { deviceMatchNotifications, deviceMatchRequests, type DeviceMatch } from '#protocol/device-matches.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { enrolmentRequests } from '#protocol/enrolment.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { LiveEndpoints } from '../endpoints/live-endpoints.ts';

/** A computer that has lost its disk, not its board. */
const reimaged = (facts: DeviceFacts): DeviceFacts => ({
  ...facts,
  hostName: `${facts.hostName}-NEW`.slice(0, 60),
  bootedAt: facts.bootedAt + 1,
});
const otherCard = (facts: DeviceFacts): DeviceFacts => ({ ...facts, interfaces: newFacts().interfaces });
const otherBoard = (facts: DeviceFacts): DeviceFacts => ({ ...facts, smbiosUuid: newFacts().smbiosUuid! });

describe('Identity of devices', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let group: string;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
    group = await newGroup();
  });
  const newGroup = async () => (await admin.rpc.request(groupRequests.create, { name: `Group ${newId()}` })).id;
  const generate = (of: string = group, limit = 100, expiresAt: number | null = null) =>
    admin.rpc.request(installerRequests.generate, { group: of, name: null, limit, expiresAt });
  const installer = async (id: string) =>
    (await admin.rpc.request(installerRequests.list, {})).find((each) => each.id === id)!;
  const details = (device: string) => admin.rpc.request(deviceRequests.get, { device });
  const audit = (device: string) => admin.rpc.request(auditRequests.query, { device, limit: 50 });
  const matches = async () => (await admin.rpc.request(deviceMatchRequests.list, {})).matches;
  const matchOf = async (device: string): Promise<DeviceMatch | undefined> =>
    (await matches()).find(({ known, other }) => known.device === device || other.device === device);
  const decide = (match: string, decision: 'same' | 'apart') =>
    admin.rpc.request(deviceMatchRequests.decide, { match, decision });
  const switchOff = async ({ conversation, standing }: TestEndpoint) => {
    await conversation.close();
    await until(() => hub.get(LiveEndpoints).get(standing.device) === undefined);
  };
  const connect = (keys: KeyPair, facts: DeviceFacts, token: string) =>
    openEndpoint(hub, { keys, facts, hubKey: token.split('.')[3]! });
  const rename = (device: string, nickname: string) => admin.rpc.request(deviceRequests.rename, { device, nickname });
  const technicianOf = async (assigned: string) => {
    const account = {
      email: `${newId()}@example.com`,
      name: 'Tess',
      password: 'correct horse',
      role: 'technician',
    } as const;
    const { id } = await admin.rpc.request(accountRequests.create, { ...account, groups: [assigned] });
    return { ...(await hub.workbench({ cookie: await hub.signIn(account.email, account.password) })), id };
  };
  /** As an endpoint does that was told that it is a copy. */
  const connectAsCopy = async (copied: KeyPair, own: KeyPair, facts: DeviceFacts, token: string) => {
    const conversation = await HubConversation.open({ address: hub.url, key: token.split('.')[3]! });
    await assert.rejects(conversation.connect(copied, facts), failsWith('endpoint.keyCopied'));
    const standing = await conversation.connectAsCopy(copied, own, facts);
    return { standing, conversation };
  };

  describe('of computers that come back with a new key', () => {
    it('a re-imaged computer keeps device, group, nickname and history, and takes no slot', async () => {
      const { installer: made, token } = await generate(group, 1);
      const first = await openEndpoint(hub, { token });
      const { device } = first.standing;
      await rename(device, 'Front desk');
      await switchOff(first);
      const again = await openEndpoint(hub, { token, facts: reimaged(first.facts) });
      assert.equal(again.standing.device, device);
      assert.equal(again.standing.nickname, 'Front desk');
      assert.equal(again.standing.state, 'active');
      const now = await details(device);
      assert.equal(now.device.hostName, again.facts.hostName);
      assert.equal(now.device.group, group);
      assert.equal((await installer(made.id)).used, 1);
      const ledger = await admin.rpc.request(installerRequests.ledger, { installer: made.id });
      assert.deepEqual(ledger.map(({ outcome }) => outcome).sort(), ['joined', 'returned']);
      const [entry] = await audit(device);
      assert.equal(entry?.action, 'device.return');
      assert.equal(entry.before?.['hostName'], first.facts.hostName);
      assert.equal(entry.after?.['group'], group);
      await assert.rejects(connect(first.keys, first.facts, token), failsWith('endpoint.keySuperseded'));
    });

    it('one that was moved keeps its group, and the audit log says which the installer is for', async () => {
      const { token } = await generate();
      const first = await openEndpoint(hub, { token });
      const { device } = first.standing;
      const elsewhere = await newGroup();
      const job = newId();
      const move = { job, action: { kind: 'move' as const, group: elsewhere }, devices: [device] };
      await admin.rpc.request(deviceActionRequests.start, move);
      await admin.rpc.request(deviceActionRequests.wait, { job });
      await switchOff(first);
      const again = await openEndpoint(hub, { token, facts: first.facts });
      assert.equal(again.standing.device, device);
      assert.equal((await details(device)).device.group, elsewhere);
      const [entry] = await audit(device);
      assert.equal(entry?.after?.['group'], elsewhere);
      assert.equal(entry?.after?.['installerGroup'], group);
    });

    it('one that was reinstalled after the customer had removed it is the device again', async () => {
      const { installer: made, token } = await generate();
      const first = await openEndpoint(hub, { token });
      await rename(first.standing.device, 'Reception');
      await first.conversation.leave();
      await first.conversation.close();
      const again = await openEndpoint(hub, { token, facts: first.facts });
      assert.equal(again.standing.device, first.standing.device);
      assert.equal(again.standing.nickname, 'Reception');
      assert.equal((await installer(made.id)).used, 1);
      const { devices } = await admin.rpc.request(deviceRequests.changes, { since: null });
      assert.ok(devices.some(({ id }) => id === first.standing.device));
    });

    it('one that a technician has turned away comes back with an installer made since, with no older one', async () => {
      const { token } = await generate(group, 1);
      await openEndpoint(hub, { token });
      const waiting = await openEndpoint(hub, { token });
      const { device } = waiting.standing;
      assert.equal(waiting.standing.state, 'waiting');
      await admin.rpc.request(enrolmentRequests.reject, { devices: [device] });
      await waiting.conversation.close();
      const facts = reimaged(waiting.facts);
      await assert.rejects(openEndpoint(hub, { token, facts }), failsWith('enrolment.deviceRemoved'));
      await delay(5);
      const since = await generate();
      const back = await openEndpoint(hub, { token: since.token, facts });
      assert.equal(back.standing.device, device);
      assert.equal(back.standing.state, 'active');
    });

    it('one that is deleted comes back with a new installer on purpose, and is not taken away again', async () => {
      const { token } = await generate();
      const first = await openEndpoint(hub, { token });
      const { device } = first.standing;
      await rename(device, 'Wanted back');
      await switchOff(first);
      const job = newId();
      await admin.rpc.request(deviceActionRequests.start, { job, action: { kind: 'delete' }, devices: [device] });
      await admin.rpc.request(deviceActionRequests.wait, { job });
      await assert.rejects(openEndpoint(hub, { token, facts: first.facts }), failsWith('enrolment.deviceRemoved'));
      await delay(5);
      const since = await generate();
      const back = await openEndpoint(hub, { token: since.token, facts: first.facts });
      assert.equal(back.standing.device, device);
      assert.equal(back.standing.nickname, 'Wanted back');
      await back.conversation.close();
      const stays = await connect(back.keys, back.facts, token);
      assert.equal(stays.standing.state, 'active');
    });

    it('a computer that says it is one of another group does not become that one', async () => {
      const { token } = await generate();
      const victim = await openEndpoint(hub, { token });
      await rename(victim.standing.device, 'Vault');
      await switchOff(victim);
      const foreign = await generate(await newGroup());
      const liar = await openEndpoint(hub, { token: foreign.token, facts: victim.facts });
      assert.notEqual(liar.standing.device, victim.standing.device);
      assert.equal(liar.standing.nickname, null);
      assert.equal((await matchOf(liar.standing.device))?.reason, 'origin');
      assert.equal((await connect(victim.keys, victim.facts, token)).standing.device, victim.standing.device);
    });

    it('a liar of the same group is found out when the true one comes back, and is held until somebody decides', async () => {
      const { token } = await generate();
      const victim = await openEndpoint(hub, { token });
      const { device } = victim.standing;
      await switchOff(victim);
      const liar = await openEndpoint(hub, { token, facts: reimaged(victim.facts) });
      assert.equal(liar.standing.device, device);
      await assert.rejects(connect(victim.keys, victim.facts, token), failsWith('endpoint.keySuperseded'));
      assert.equal((await details(device)).device.state, 'waiting');
      await until(() => liar.told.at(-1)?.state === 'waiting');
      assert.equal(liar.told.at(-1)?.waitingFor, 'identity');
      const match = await matchOf(device);
      assert.equal(match?.kind, 'keyReturned');
      const settled = await decide(match.id, 'apart');
      assert.equal(settled.device, device);
      assert.equal(await liar.closed, 4000);
      const back = await connect(victim.keys, victim.facts, token);
      assert.deepEqual([back.standing.device, back.standing.state], [device, 'active']);
      const apart = await connect(liar.keys, liar.facts, token);
      assert.deepEqual([apart.standing.device, apart.standing.state], [settled.other, 'waiting']);
      assert.equal(await matchOf(device), undefined);
    });

    it('two systems of one computer take turns once a technician has said that they are one', async () => {
      const { token } = await generate();
      const one = await openEndpoint(hub, { token });
      const { device } = one.standing;
      await switchOff(one);
      const other = await openEndpoint(hub, { token, facts: reimaged(one.facts) });
      await switchOff(other);
      await assert.rejects(connect(one.keys, one.facts, token), failsWith('endpoint.keySuperseded'));
      await decide((await matchOf(device))!.id, 'same');
      for (const { keys, facts } of [one, other, one]) {
        const now = await connect(keys, facts, token);
        assert.deepEqual([now.standing.device, now.standing.state], [device, 'active']);
        await switchOff(now);
      }
      assert.equal(await matchOf(device), undefined);
    });

    it('two at once that say the same are two devices and a question', async () => {
      const { token } = await generate();
      const facts = newFacts();
      const both = await Promise.all([openEndpoint(hub, { token, facts }), openEndpoint(hub, { token, facts })]);
      assert.equal(new Set(both.map(({ standing }) => standing.device)).size, 2);
      const match = await matchOf(both[0].standing.device);
      assert.equal(match?.reason, 'connected');
      assert.deepEqual(match.agrees, ['uuid', 'serial', 'mac']);
    });

    it('where administrators want it, a person decides', async () => {
      const { token } = await generate();
      const first = await openEndpoint(hub, { token });
      await switchOff(first);
      const settings = await admin.rpc.request(deviceMatchRequests.settings, {});
      assert.deepEqual(settings, { takeOver: true, quietMinutes: 0 });
      await admin.rpc.request(deviceMatchRequests.setSettings, { takeOver: false, quietMinutes: 0 });
      const second = await openEndpoint(hub, { token, facts: first.facts });
      assert.equal((await matchOf(second.standing.device))?.reason, 'setting');
      await admin.rpc.request(deviceMatchRequests.setSettings, { takeOver: true, quietMinutes: 30 });
      const known = await openEndpoint(hub, { token });
      await switchOff(known);
      const third = await openEndpoint(hub, { token, facts: known.facts });
      assert.equal((await matchOf(third.standing.device))?.reason, 'recent');
      await admin.rpc.request(deviceMatchRequests.setSettings, settings);
    });

    it('junk that makers leave in place of a UUID or a serial number makes nobody the same', async () => {
      const { token } = await generate();
      const junk = [
        ['00000000-0000-0000-0000-000000000000', 'To be filled by O.E.M.'],
        ['FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF', 'Default string'],
        ['03000200-0400-0500-0006-000700080009', '0000000000'],
      ] as const;
      for (const [smbiosUuid, serial] of junk) {
        const one = await openEndpoint(hub, { token, facts: { ...newFacts(), smbiosUuid, serial } });
        await switchOff(one);
        const other = await openEndpoint(hub, { token, facts: { ...newFacts(), smbiosUuid, serial } });
        assert.notEqual(other.standing.device, one.standing.device);
        assert.equal(await matchOf(other.standing.device), undefined);
      }
    });

    it('50 machines of one template are 50 devices, and not 49 questions', async () => {
      const { installer: made, token } = await generate();
      const { smbiosUuid, serial } = newFacts();
      const devices = new Set<string>();
      for (let index = 0; index < 50; index++) {
        const machine = await openEndpoint(hub, {
          token,
          facts: { ...newFacts(), smbiosUuid: smbiosUuid!, serial: serial! },
        });
        devices.add(machine.standing.device);
        await machine.conversation.close();
      }
      assert.equal(devices.size, 50);
      assert.equal((await installer(made.id)).used, 50);
      const asked = (await matches()).filter(({ other }) => other.device !== null && devices.has(other.device));
      assert.ok(asked.length <= 3, String(asked.length));
    });

    it('a network adapter that goes from hand to hand makes nobody the same', async () => {
      const { token } = await generate();
      const one = await openEndpoint(hub, { token });
      await switchOff(one);
      const other = await openEndpoint(hub, { token, facts: { ...newFacts(), interfaces: one.facts.interfaces } });
      assert.notEqual(other.standing.device, one.standing.device);
      assert.equal(await matchOf(other.standing.device), undefined);
    });
  });

  describe('of copies of a disk', () => {
    it('a copy becomes a second device in the group, whether the original is there or not, and takes a slot', async () => {
      const { installer: made, token } = await generate(group, 2);
      const original = await openEndpoint(hub, { token });
      const { device } = original.standing;
      const own = KeyPair.generate();
      const first = await connectAsCopy(original.keys, own, newFacts(), token);
      assert.notEqual(first.standing.device, device);
      assert.equal(first.standing.state, 'active');
      assert.equal(first.standing.group, original.standing.group);
      assert.equal(original.conversation.rpc.isClosed, false);
      assert.equal((await installer(made.id)).used, 2);
      const [entry] = await audit(first.standing.device);
      assert.equal(entry?.after?.['copyOf'], device);
      await switchOff(original);
      const second = await connectAsCopy(original.keys, KeyPair.generate(), newFacts(), token);
      assert.deepEqual([second.standing.state, second.standing.waitingFor], ['waiting', 'limit']);
      const back = await connect(original.keys, original.facts, token);
      assert.deepEqual(back.standing, original.standing);
      assert.deepEqual((await details(device)).facts, original.facts);
    });

    it('asks again with the same key after a lost answer, and it is the same device', async () => {
      const { installer: made, token } = await generate();
      const original = await openEndpoint(hub, { token });
      const [own, facts] = [KeyPair.generate(), newFacts()];
      const first = await connectAsCopy(original.keys, own, facts, token);
      await first.conversation.close();
      const again = await connectAsCopy(original.keys, own, facts, token);
      assert.equal(again.standing.device, first.standing.device);
      assert.equal((await installer(made.id)).used, 2);
    });

    it('nobody becomes a copy without the key, or without being another computer', async () => {
      const { token } = await generate();
      const original = await openEndpoint(hub, { token });
      const key = token.split('.')[3]!;
      const open = () => HubConversation.open({ address: hub.url, key });
      const own = KeyPair.generate();
      const stranger = await open();
      await assert.rejects(
        stranger.connectAsCopy(KeyPair.generate(), own, newFacts()),
        failsWith('endpoint.unknownKey'),
      );
      await stranger.close();
      const same = await open();
      await assert.rejects(same.connectAsCopy(original.keys, own, original.facts), failsWith('endpoint.proofInvalid'));
      await same.close();
    });

    it('an image that was put onto a computer that is a device makes it that device', async () => {
      const { token } = await generate();
      const original = await openEndpoint(hub, { token });
      const known = await openEndpoint(hub, { token });
      await switchOff(known);
      const copy = await connectAsCopy(original.keys, KeyPair.generate(), reimaged(known.facts), token);
      assert.equal(copy.standing.device, known.standing.device);
    });

    it('a notebook that leaves its dock is no copy, and no question', async () => {
      const { token } = await generate();
      const docked = await openEndpoint(hub, { token });
      const away = await connect(docked.keys, otherCard(docked.facts), token);
      assert.equal(away.standing.device, docked.standing.device);
      assert.equal(await matchOf(docked.standing.device), undefined);
    });

    it('a board replaced is let in with a question, asked once; two computers after all are two devices', async () => {
      const { token } = await generate();
      const original = await openEndpoint(hub, { token });
      const { device } = original.standing;
      await switchOff(original);
      const repaired = await connect(original.keys, otherBoard(original.facts), token);
      assert.equal(repaired.standing.device, device);
      const match = (await matchOf(device))!;
      assert.deepEqual([match.kind, match.agrees, match.differs], ['hardware', ['serial', 'mac'], ['uuid']]);
      assert.equal(match.known.uuid, original.facts.smbiosUuid);
      assert.equal(match.other.uuid, repaired.facts.smbiosUuid);
      await switchOff(repaired);
      await (await connect(original.keys, original.facts, token)).conversation.close();
      await delay(20);
      await (await connect(original.keys, repaired.facts, token)).conversation.close();
      assert.equal((await matches()).filter(({ known }) => known.device === device).length, 1);
      await decide(match.id, 'apart');
      const apart = await connectAsCopy(original.keys, KeyPair.generate(), repaired.facts, token);
      assert.notEqual(apart.standing.device, device);
      assert.equal((await connect(original.keys, original.facts, token)).standing.device, device);
      assert.equal(await matchOf(device), undefined);
    });

    it('while the original is there a doubtful one is not let in; once it is said to be the same it is', async () => {
      const { token } = await generate();
      const original = await openEndpoint(hub, { token });
      const other = otherBoard(original.facts);
      await assert.rejects(connect(original.keys, other, token), failsWith('endpoint.keyInUse'));
      const match = (await matchOf(original.standing.device))!;
      assert.equal(match.reason, 'connected');
      assert.equal(match.known.online, true);
      await decide(match.id, 'same');
      assert.equal((await connect(original.keys, other, token)).standing.device, original.standing.device);
    });
  });

  describe('of copied virtual machines, which nothing tells apart', () => {
    it('with one key they do not take the device from one another for ever: a question, and then two devices', async () => {
      const { token } = await generate();
      const original = await openEndpoint(hub, { token });
      const { device } = original.standing;
      // Once may be one program handing over to another.
      const copy = await connect(original.keys, original.facts, token);
      assert.equal(await original.closed, 4000);
      await assert.rejects(connect(original.keys, original.facts, token), failsWith('endpoint.keyInUse'));
      await assert.rejects(connect(original.keys, original.facts, token), failsWith('endpoint.keyInUse'));
      assert.equal(copy.conversation.rpc.isClosed, false);
      const match = (await matchOf(device))!;
      assert.deepEqual([match.kind, match.reason, match.differs], ['hardware', 'connected', []]);
      assert.notEqual(match.known.from, null);
      await decide(match.id, 'apart');
      assert.equal(copy.conversation.rpc.isClosed, false, 'nobody who works is disturbed');
      const own = KeyPair.generate();
      const apart = await connectAsCopy(original.keys, own, original.facts, token);
      assert.notEqual(apart.standing.device, device);
      await apart.conversation.close();
      const again = await connect(own, original.facts, token);
      assert.equal(again.standing.device, apart.standing.device);
      assert.equal(copy.conversation.rpc.isClosed, false);
      assert.equal(await matchOf(device), undefined);
    });

    it('a connection that is dead does not keep its own computer out', async () => {
      const { token } = await generate();
      const first = await openEndpoint(hub, { token });
      for (let turn = 0; turn < 3; turn++) {
        first.conversation.socket.pause();
        const next = await connect(first.keys, first.facts, token);
        assert.equal(next.standing.device, first.standing.device);
        await switchOff(next);
      }
      assert.equal(await matchOf(first.standing.device), undefined);
    });

    it('with keys of their own they are two devices, and one that is re-imaged is a question, not the other one', async () => {
      const { token } = await generate();
      const facts = newFacts();
      const one = await openEndpoint(hub, { token, facts });
      const other = await openEndpoint(hub, { token, facts });
      await decide((await matchOf(one.standing.device))!.id, 'apart');
      await switchOff(one);
      await switchOff(other);
      const third = await openEndpoint(hub, { token, facts });
      const ids = [one.standing.device, other.standing.device];
      assert.ok(!ids.includes(third.standing.device));
      const match = (await matchOf(third.standing.device))!;
      assert.ok(ids.includes(match.known.device!));
      for (const { keys, standing } of [one, other, one]) {
        const now = await connect(keys, facts, token);
        assert.equal(now.standing.device, standing.device);
        await switchOff(now);
      }
    });
  });

  describe('merged by a technician', () => {
    const two = async () => {
      const made = await generate(group, 10);
      const older = await openEndpoint(hub, { token: made.token });
      await rename(older.standing.device, 'Register');
      await switchOff(older);
      await delay(5);
      const newer = await openEndpoint(hub, { token: made.token });
      const [keep, gone] = [older.standing.device, newer.standing.device] as const;
      return { older, newer, keep, gone, token: made.token, made: made.installer.id };
    };
    const merge = (keep: string, gone: string) => admin.rpc.request(deviceMatchRequests.merge, { keep, gone });

    it('the older one keeps identity, group, nickname and history, and is the computer that is there', async () => {
      const { older, newer, keep, gone, token, made } = await two();
      const shown = await admin.rpc.request(deviceMatchRequests.compare, { one: gone, other: keep });
      assert.deepEqual(
        shown.devices.map(({ device, name, online }) => [device, name, online]),
        [
          [keep, 'Register', false],
          [gone, newer.facts.hostName, true],
        ],
      );
      assert.deepEqual([shown.agrees, shown.differs, shown.holder], [[], ['uuid', 'serial', 'mac'], gone]);
      const history = (await audit(gone)).length;
      assert.deepEqual(await merge(keep, gone), { device: keep });
      assert.equal(await newer.closed, 4000);
      const back = await connect(newer.keys, newer.facts, token);
      assert.deepEqual([back.standing.device, back.standing.nickname], [keep, 'Register']);
      await assert.rejects(details(gone), failsWith('device.notFound'));
      assert.equal((await details(keep)).device.hostName, newer.facts.hostName);
      assert.equal((await installer(made)).used, 1);
      const [entry, ...before] = await audit(keep);
      assert.equal(entry?.action, 'deviceMatch.merge');
      assert.deepEqual([entry.before?.['device'], entry.after?.['device']], [gone, keep]);
      assert.ok(before.length >= history);
      await assert.rejects(connect(older.keys, older.facts, token), failsWith('endpoint.keySuperseded'));
      assert.equal((await matchOf(keep))?.kind, 'keyReturned', 'it was another computer after all: somebody is asked');
    });

    it('the newer one may be kept, which stays connected as it is and takes over a name that it lacks', async () => {
      const { newer, keep: old, gone: young, token } = await two();
      assert.deepEqual(await merge(young, old), { device: young });
      const back = await connect(newer.keys, newer.facts, token);
      assert.deepEqual(
        [back.standing.device, back.standing.nickname, back.standing.state],
        [young, 'Register', 'active'],
      );
      await assert.rejects(details(old), failsWith('device.notFound'));
      assert.equal(await matchOf(young), undefined);
    });

    it('an open question about the two is answered by it', async () => {
      const { token } = await generate();
      const known = await openEndpoint(hub, { token });
      await switchOff(known);
      const came = await openEndpoint(hub, { token, facts: otherCard(known.facts) });
      assert.ok(await matchOf(known.standing.device));
      await merge(known.standing.device, came.standing.device);
      assert.equal(await matchOf(known.standing.device), undefined);
    });

    it('not two that are there at once, not one with itself, and only with both groups and both permissions', async () => {
      const { older, keep, gone, token } = await two();
      await assert.rejects(merge(keep, keep), failsWith('deviceMatch.sameDevice'));
      const tess = await technicianOf(await newGroup());
      await assert.rejects(tess.rpc.request(deviceMatchRequests.merge, { keep, gone }), failsWith('device.notFound'));
      await assert.rejects(
        tess.rpc.request(deviceMatchRequests.compare, { one: keep, other: gone }),
        failsWith('device.notFound'),
      );
      const tom = await technicianOf(group);
      for (const permission of ['device.delete', 'enrolment.approve'] as const) {
        const setting = { technician: tom.id, permission };
        await admin.rpc.request(permissionRequests.set, { ...setting, allowed: false });
        await assert.rejects(
          tom.rpc.request(deviceMatchRequests.merge, { keep, gone }),
          failsWith('permission.switchedOff'),
        );
        await admin.rpc.request(permissionRequests.set, { ...setting, allowed: null });
      }
      await connect(older.keys, older.facts, token);
      await assert.rejects(merge(keep, gone), failsWith('deviceMatch.bothOnline'));
    });
  });

  describe('in doubt', () => {
    const doubtful = async (of = group) => {
      const made = await generate(of);
      const known = await openEndpoint(hub, { token: made.token });
      await rename(known.standing.device, 'Kept');
      await switchOff(known);
      const came = await openEndpoint(hub, { token: made.token, facts: otherCard(known.facts) });
      return { known, came, token: made.token, made: made.installer.id };
    };

    it('both sides are shown, with what agrees and what differs', async () => {
      const { known, came, made } = await doubtful();
      const match = (await matchOf(known.standing.device))!;
      assert.deepEqual([match.kind, match.reason], ['joined', 'hardware']);
      assert.deepEqual([match.agrees, match.differs], [['uuid', 'serial'], ['mac']]);
      assert.equal(match.known.name, 'Kept');
      assert.deepEqual(
        match.known.macs,
        known.facts.interfaces.map(({ mac }) => mac),
      );
      assert.deepEqual([match.known.online, match.other.online], [false, true]);
      assert.equal(match.other.device, came.standing.device);
      assert.equal(match.other.installer?.id, made);
      assert.equal(match.other.from, '127.0.0.1');
    });

    it('the same computer: the old device stays, with the new key; slot, history and connection follow', async () => {
      const { known, came, token, made } = await doubtful();
      const { device } = known.standing;
      const match = (await matchOf(device))!;
      const settled = await decide(match.id, 'same');
      assert.deepEqual(settled, { device, other: null });
      assert.equal(await came.closed, 4000);
      const now = await connect(came.keys, came.facts, token);
      assert.deepEqual([now.standing.device, now.standing.nickname], [device, 'Kept']);
      await assert.rejects(
        admin.rpc.request(deviceRequests.get, { device: came.standing.device }),
        failsWith('device.notFound'),
      );
      assert.equal((await installer(made)).used, 1);
      const actions = (await audit(device)).map(({ action }) => action);
      assert.equal(actions.filter((action) => action === 'device.join').length, 2);
      assert.equal(actions[0], 'deviceMatch.decide');
      await assert.rejects(decide(match.id, 'same'), failsWith('deviceMatch.decided'));
      assert.equal(
        await Promise.race([came.removed, delay(50, 'stays')]),
        'stays',
        'the computer was told to uninstall',
      );
    });

    it('two computers: both stay, and it is not asked again', async () => {
      const { known, came, token } = await doubtful();
      const match = (await matchOf(known.standing.device))!;
      await decide(match.id, 'apart');
      assert.equal(await matchOf(known.standing.device), undefined);
      await assert.rejects(decide(match.id, 'same'), failsWith('deviceMatch.decided'));
      await switchOff(came);
      await connect(known.keys, known.facts, token);
      await connect(came.keys, came.facts, token);
      assert.equal(await matchOf(known.standing.device), undefined);
    });

    it('is the business of technicians with both groups and the permission, who are told how many there are', async () => {
      const mine = await newGroup();
      const tess = await technicianOf(mine);
      const told: number[] = [];
      tess.rpc.on(deviceMatchNotifications.changed, ({ open }) => void told.push(open));
      const foreign = await doubtful();
      const theirs = await doubtful(mine);
      await until(() => told.at(-1) === 1);
      const { matches: seen } = await tess.rpc.request(deviceMatchRequests.list, {});
      assert.deepEqual(
        seen.map(({ known }) => known.device),
        [theirs.known.standing.device],
      );
      const hidden = (await matchOf(foreign.known.standing.device))!;
      await assert.rejects(
        tess.rpc.request(deviceMatchRequests.decide, { match: hidden.id, decision: 'same' }),
        failsWith('deviceMatch.notFound'),
      );
      await assert.rejects(
        tess.rpc.request(deviceMatchRequests.setSettings, { takeOver: false, quietMinutes: 0 }),
        failsWith('permission.administratorOnly'),
      );
      await tess.rpc.request(deviceMatchRequests.decide, { match: seen[0]!.id, decision: 'apart' });
      await until(() => told.at(-1) === 0);
    });

    it('ends where one of the two is deleted', async () => {
      const { known, came } = await doubtful();
      const match = (await matchOf(known.standing.device))!;
      await came.conversation.leave();
      assert.equal(await matchOf(known.standing.device), undefined);
      await assert.rejects(decide(match.id, 'same'), failsWith('deviceMatch.deviceGone'));
    });

    it('outlives the hub', async () => {
      const { known } = await doubtful();
      await hub.close();
      hub = await startTestHub({ data: hub.data });
      admin = await hub.workbench();
      assert.ok(await matchOf(known.standing.device));
    });
  });
});
