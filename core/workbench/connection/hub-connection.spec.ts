import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { expectCode } from '#core/testing/workbench/expect-code.ts';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { until } from '#core/testing/workbench/test-workbench.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { accountNotifications, accountRequests } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { closeSignedOut, closeTwoFactorMissing, hubRequests } from '#protocol/hub.ts';
import { notification } from '#protocol/messages.ts';
import { backOff } from './back-off.ts';
import { HubConnection } from './hub-connection.ts';

const told = notification('test/told', z.object({ text: z.string() }));

const connect = (hub: ScriptedHub, options: ConstructorParameters<typeof HubConnection>[1] = {}): HubConnection => {
  const connection = new HubConnection(hub, { backOff: () => 5, ...options });
  whenDone(() => connection.dispose());
  connection.start();
  return connection;
};

describe('HubConnection', () => {
  it('A1: knows the time by the hub’s clock, however wrong the one here is', async () => {
    for (const ahead of [0, -30 * 3_600_000, 5 * 3_600_000]) {
      const hub = new ScriptedHub();
      hub.ahead = ahead;
      const connection = connect(hub);
      await connection.whenOnline();
      assert.ok(Math.abs(connection.now() - Date.now() - ahead) < 30_000, `${ahead}`);
    }
  });

  it('connects, says who is signed in and how long a ping takes', async () => {
    const hub = new ScriptedHub();
    const connection = connect(hub, { pingInterval: 5 });
    await connection.whenOnline();
    assert.equal(connection.identity?.technician.name, 'Tess');
    const first = connection.currentStatus;
    const next = await until(connection.status$, (status) => status !== first && status.state === 'online');
    assert.equal(typeof next.latency, 'number');
    hub.rpc!.notify(accountNotifications.changed, { ...hub.identity, passwordIsInitial: true });
    await until(connection.identity$, (identity) => identity?.passwordIsInitial === true);
  });

  it('fails requests at once while it is offline, and comes back by itself', async () => {
    const hub = new ScriptedHub();
    hub.refusal = new LatchkeyError('hub.unreachable', { url: hub.url, reason: 'refused' });
    const connection = connect(hub);
    await until(connection.status$, ({ state }) => state === 'offline');
    await assert.rejects(connection.request(hubRequests.ping, {}), expectCode('hub.unreachable'));
    hub.refusal = undefined;
    await until(connection.status$, ({ state }) => state === 'online');
    assert.deepEqual(await connection.request(hubRequests.ping, {}), {});
  });

  it('goes on listening over connections, and fails what waits when one breaks', async () => {
    const hub = new ScriptedHub();
    const connection = connect(hub);
    const heard: string[] = [];
    connection.on(told, ({ text }) => heard.push(text));
    await connection.whenOnline();
    hub.rpc!.notify(told, { text: 'one' });
    await connection.request(hubRequests.ping, {});
    const hanging = connection.request({ ...hubRequests.about, method: 'hub/ping' } as never, {});
    hub.hangUp();
    await assert.rejects(hanging);
    await until(connection.status$, ({ state }) => state === 'online');
    hub.rpc!.notify(told, { text: 'two' });
    await connection.request(hubRequests.ping, {});
    assert.deepEqual(heard, ['one', 'two']);
    assert.equal(hub.opened, 2);
  });

  it('does not knock again once it is signed out, until it is told to', async () => {
    const hub = new ScriptedHub();
    const connection = connect(hub);
    await connection.whenOnline();
    hub.refusal = new LatchkeyError('hub.notSignedIn', { url: hub.url });
    hub.hangUp(closeSignedOut);
    await until(connection.status$, ({ state }) => state === 'signedOut');
    assert.equal(connection.identity, undefined);
    await assert.rejects(connection.request(hubRequests.ping, {}), expectCode('hub.notSignedIn'));
    assert.equal(hub.opened, 1);
    hub.refusal = undefined;
    connection.retry();
    await connection.whenOnline();
    assert.equal(hub.opened, 2);
  });

  it('tells a sign-in that ended by itself from one that was ended here, and from none', async () => {
    const hub = new ScriptedHub();
    const connection = connect(hub);
    const signOut = async (): Promise<boolean | undefined> => {
      await connection.whenOnline();
      hub.hangUp(closeSignedOut);
      return (await until(connection.status$, ({ state }) => state === 'signedOut')).ended;
    };
    assert.equal(await signOut(), true);
    hub.refusal = new LatchkeyError('hub.notSignedIn', { url: hub.url });
    connection.retry();
    assert.equal((await until(connection.status$, ({ state }) => state === 'signedOut')).ended, false);
    hub.refusal = undefined;
    connection.retry();
    await connection.whenOnline();
    connection.leave();
    assert.equal(await signOut(), false);
    connection.retry();
    assert.equal(await signOut(), true);
  });

  it('waits longer each time, and never all at once', () => {
    assert.equal(
      backOff(1, () => 0),
      500,
    );
    assert.equal(
      backOff(1, () => 1),
      250,
    );
    assert.equal(
      backOff(4, () => 0),
      4000,
    );
    assert.equal(
      backOff(99, () => 0),
      30_000,
    );
  });

  it('is held up while two-factor sign-in is missing: connected, not online, and online once it is set up (G5)', async () => {
    const hub = new ScriptedHub();
    const connection = connect(hub, { pingInterval: 5 });
    await connection.whenOnline();
    hub.identity = { ...hub.identity, twoFactor: 'missing' };
    hub.hangUp(closeTwoFactorMissing);
    const held = await until(connection.status$, ({ state }) => state === 'heldUp');
    assert.equal(held.error?.code, 'account.twoFactorMissing');
    assert.equal(hub.opened, 2, 'at once, not after a while');
    await assert.rejects(connection.whenOnline(), expectCode('account.twoFactorMissing'));
    await connection.request(accountRequests.me, {});
    const pinged = await until(connection.status$, (status) => status !== held);
    assert.equal(pinged.state, 'heldUp');
    connection.retry();
    hub.rpc!.notify(accountNotifications.changed, { ...hub.identity, twoFactor: 'on' });
    const online = await until(connection.status$, ({ state }) => state !== 'heldUp');
    assert.deepEqual([online.state, online.error, hub.opened], ['online', undefined, 2]);
  });
});
