import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith, until } from '#core/testing/expect.ts';
import { ScriptedComputer } from '#core/testing/scripted-computer.ts';
import { joinBy, openPortal } from '#core/testing/scripted-set-up.ts';
import { startTemporaryPostgres } from '#core/testing/temporary-postgres.ts';
import { adminEmail, adminPassword, startTestHub } from '#core/testing/test-hub.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { endpointNotifications } from '#protocol/endpoint.ts';
import { groupRequests } from '#protocol/groups.ts';
import { portalPageRequests } from '#protocol/portal.ts';
import { sessionRequests } from '#protocol/sessions.ts';
import { portalRequests } from '#protocol/set-ups.ts';

describe('Sessions and set-ups on PostgreSQL', () => {
  it('a computer is set up, recognised, worked on and blocked; entries and the appearance outlive the hub', async () => {
    const postgres = await startTemporaryPostgres();
    whenDone(() => postgres.stop());
    const databaseUrl = await postgres.database('sessions');
    const hub = await startTestHub({ databaseUrl });
    const { rpc } = await hub.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const { technician } = await rpc.request(accountRequests.me, {});
    const app = await openPortal(hub);
    const odd = { ...app.facts, serial: '100%_!"\\' };
    const portal = await openPortal(hub, odd);
    const { setUp } = await portal.signIn(adminEmail, adminPassword);
    await portal.rpc.request(portalRequests.consent, { setUp, allowed: true, passwordStored: true });
    const { token } = await portal.rpc.request(portalRequests.complete, { setUp, nickname: 'Till', group });
    const { standing, conversation } = await joinBy(hub, { token }, odd);
    const { device } = standing;
    new ScriptedComputer(conversation.rpc);
    const renamed = await openPortal(hub, { ...odd, hostName: 'another-name' });
    await assert.rejects(renamed.signIn(adminEmail, adminPassword), failsWith('setUp.alreadySetUp'));
    const details = await rpc.request(deviceRequests.get, { device });
    assert.deepEqual([details.setUpBy, details.passwordStored, details.device.nickname], ['portal', true, 'Till']);

    const first = await rpc.request(sessionRequests.start, { device });
    conversation.rpc.notify(endpointNotifications.accessChanged, { blocked: true, passwordStored: false });
    await until(async () => (await rpc.request(deviceRequests.get, { device })).device.state === 'blocked');
    conversation.rpc.notify(endpointNotifications.accessChanged, { blocked: false, passwordStored: false });
    await until(async () => (await rpc.request(deviceRequests.get, { device })).device.state === 'active');
    const second = await rpc.request(sessionRequests.start, { device });
    await rpc.request(portalPageRequests.setAppearance, { name: 'Nord IT', message: '', logo: '', color: null });
    await hub.close();

    const later = await startTestHub({ databaseUrl, times: { resume: 0.2 } });
    const again = await later.workbench();
    // It went on for as long as its computer might have come back.
    await until(async () => (await again.rpc.request(sessionRequests.get, { session: second.id })).state === 'ended');
    const history = await again.rpc.request(sessionRequests.history, { device, limit: 10 });
    assert.deepEqual(
      history.map(({ id, end, technicians }) => [id, end, technicians.map(({ name }) => name)]),
      [
        [second.id, 'connectionLost', [technician.name]],
        [first.id, 'blocked', [technician.name]],
      ],
    );
    const older = { device, limit: 10, before: history[0]!.createdAt };
    assert.equal((await again.rpc.request(sessionRequests.history, older)).length, 1);
    assert.equal((await again.rpc.request(portalPageRequests.get, {})).appearance.name, 'Nord IT');
  });
});
