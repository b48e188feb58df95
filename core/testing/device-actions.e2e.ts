import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tokenRequests } from '#protocol/accounts.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { latchkey } from './hub-process.ts';
import { openEndpoint } from './test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from './test-hub.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from './workbench/workbench-page.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

describe('Device actions in the page and on the command line', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let workbench: WorkbenchPage;
  let [berlin, hamburg] = ['', ''];
  const devices: string[] = [];
  let token = '';
  before(async () => {
    hub = await startTestHub({ webRoot: join(dist, 'webview'), extensionsRoot: join(dist, 'extensions') });
    admin = await hub.workbench();
    berlin = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
    hamburg = (await admin.rpc.request(groupRequests.create, { name: 'Hamburg' })).id;
    const installer = { group: berlin, name: null, limit: 9, expiresAt: null };
    ({ token } = await admin.rpc.request(installerRequests.generate, installer));
    for (let made = 0; made < 3; made++) devices.push((await openEndpoint(hub, { token })).standing.device);
    workbench = await openWorkbenchPage(await openBrowser(), hub.url);
    await workbench.signIn();
    await workbench.treeItem(/Berlin/).click();
    await workbench.page.keyboard.press('ArrowRight');
    await device(2).waitFor();
  });
  const device = (at: number) => workbench.page.locator('[role=treeitem][aria-level="2"]').nth(at);
  const inGroup = async (group: string): Promise<number> => {
    const all = await Promise.all(devices.map((each) => admin.rpc.request(deviceRequests.get, { device: each })));
    return all.filter((each) => each.device.group === group).length;
  };
  const untilInHamburg = async (count: number): Promise<void> => {
    for (let tries = 0; (await inGroup(hamburg)) !== count; tries++) {
      assert.ok(tries < 100, `${await inGroup(hamburg)} of ${count} are in Hamburg`);
      await workbench.page.waitForTimeout(100);
    }
  };

  it('X2, X9: devices dragged onto a group are moved; the notification, and Ctrl+Z, undo it', async () => {
    const { page } = workbench;
    await device(0).click();
    await device(2).click({ modifiers: ['Shift'] });
    await device(1).dragTo(workbench.treeItem(/Hamburg/));
    await untilInHamburg(3);
    const toast = page.getByText('3 devices were moved.').first();
    await toast.waitFor();
    await workbench.picture('device-actions-moved');
    await page.getByRole('button', { name: 'Undo', exact: true }).first().click();
    await untilInHamburg(0);
    await page.getByText('Undone for 3 devices.').first().waitFor();
    await device(2).waitFor();

    await device(0).click();
    await device(0).dragTo(workbench.treeItem(/Hamburg/));
    await untilInHamburg(1);
    await page.getByText('1 device was moved.').first().waitFor();
    await page.keyboard.press('Control+Shift+e');
    await page.keyboard.press('Control+z');
    await untilInHamburg(0);
    await page.getByText('Undone for 1 device.').first().waitFor();
    assert.deepEqual(workbench.problems, []);
  });

  it('X2, X9: the results stand on a page, device by device', async () => {
    const { page } = workbench;
    await device(2).waitFor();
    await device(0).click();
    await device(1).click({ modifiers: ['Shift'] });
    await device(1).dragTo(workbench.treeItem(/Hamburg/));
    await untilInHamburg(2);
    await page.getByRole('button', { name: 'Show Results' }).first().click();
    await workbench.tab(/Move: Results/).waitFor();
    await page.getByText('Done', { exact: true }).nth(1).waitFor();
    await workbench.picture('device-actions-results');
    assert.deepEqual(workbench.problems, []);
  });

  it('X2, X9: a program moves by command, and is told by the exit code that not all were', async () => {
    const { secret } = await admin.rpc.request(tokenRequests.create, { name: 'program', expiresAt: null });
    const env = { LATCHKEY_TOKEN: secret };
    const run = (...words: string[]) => latchkey(['run', ...words, '--hub', hub.url, '--json'], { env });
    await run('device.move', '--devices', devices.join(','), '--group', 'Berlin');
    const moved = await run('device.move', '--devices', devices.join(','), '--group', 'Hamburg');
    assert.equal(moved.code, 0, moved.err);
    const result = JSON.parse(moved.out) as { job: string; done: number; failed: number; results: unknown[] };
    assert.deepEqual([result.done, result.failed, result.results.length], [3, 0, 3]);
    // Moved on by somebody else meanwhile: that one is a conflict.
    const { id: third } = await admin.rpc.request(groupRequests.create, { name: 'Third' });
    const again = await run('device.move', '--devices', devices[0]!, '--group', third);
    assert.equal(again.code, 0, again.err);
    const undone = await run('device.undo', '--job', result.job);
    assert.equal(undone.code, 1, undone.err);
    assert.equal((JSON.parse(undone.out) as { failed: number }).failed, 1);
  });

  it('X2, X6, X9: a program names devices by query; schedules wakes and is refused a merge by command', async () => {
    const { secret } = await admin.rpc.request(tokenRequests.create, { name: 'other program', expiresAt: null });
    const env = { LATCHKEY_TOKEN: secret };
    const run = async (...words: string[]) => {
      const { code, out, err } = await latchkey(['run', ...words, '--hub', hub.url, '--json'], { env });
      return { code, err, result: (out ? JSON.parse(out) : null) as Record<string, unknown> };
    };
    const moved = await run(
      'device.move',
      '--devices',
      'is:online group:Berlin or group:Hamburg or group:Third',
      '--group',
      'Berlin',
    );
    assert.deepEqual([moved.code, moved.result['done']], [0, 3], moved.err);
    assert.equal(await inGroup(berlin), 3);
    const daily = ['--groups', 'Berlin', '--time', '07:00', '--zone', 'UTC'];
    const made = await run('wake.addSchedule', '--name', 'Mornings', ...daily);
    assert.deepEqual([made.code, made.result['name']], [0, 'Mornings'], made.err);
    const changed = await run('wake.changeSchedule', '--schedule', 'mornings', '--time', '06:30');
    assert.deepEqual(
      [changed.code, changed.result['time'], changed.result['groups']],
      [0, '06:30', [berlin]],
      changed.err,
    );
    assert.equal((await run('wake.deleteSchedule', '--schedule', 'Mornings')).code, 0);
    const both = await run('device.merge', '--devices', `${devices[1]},${devices[2]}`, '--keep', devices[1]!);
    assert.notEqual(both.code, 0);
    assert.match(both.err, /both connected now/);
    const mistaken = await run('device.move', '--devices', 'os:linux((', '--group', 'Berlin');
    assert.equal(mistaken.code, 2);
    assert.match(mistaken.err, /at character 9, a parenthesis is not closed/);
  });

  it('X4: a program resets a device, and is told once it is back', async () => {
    const { secret } = await admin.rpc.request(tokenRequests.create, { name: 'resets', expiresAt: null });
    const { keys, facts, standing, conversation } = await openEndpoint(hub, { token });
    const gone = new Promise<void>((resolve) => conversation.rpc.onClose(resolve));
    const words = ['run', 'device.reset', '--devices', standing.device, '--hub', hub.url, '--json'];
    const reset = latchkey(words, { env: { LATCHKEY_TOKEN: secret } });
    await Promise.race([gone, reset.then(({ err }) => assert.fail(`It was not asked to come back: ${err}`))]);
    await openEndpoint(hub, { keys, facts, hubKey: token.split('.')[3]! });
    const { code, out, err } = await reset;
    assert.equal(code, 0, err);
    const { done, failed } = JSON.parse(out) as { done: number; failed: number };
    assert.deepEqual([done, failed], [1, 0]);
  });
});
