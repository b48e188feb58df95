import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tokenRequests } from '#protocol/accounts.ts';
import { deviceActionRequests } from '#protocol/device-actions.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { endpointRequests } from '#protocol/endpoint.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { until } from './expect.ts';
import { latchkey } from './hub-process.ts';
import { newFacts, openEndpoint, type TestEndpoint } from './test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from './test-hub.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from './workbench/workbench-page.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

describe('Refreshing, resetting and deleting in the page and on the command line', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let workbench: WorkbenchPage;
  let hubKey = '';
  let token = '';
  const endpoints: TestEndpoint[] = [];
  const names: string[] = [];
  before(async () => {
    hub = await startTestHub({
      webRoot: join(dist, 'webview'),
      extensionsRoot: join(dist, 'extensions'),
      times: { removalGrace: 300, return: 20 },
    });
    admin = await hub.workbench();
    const { id: group } = await admin.rpc.request(groupRequests.create, { name: 'Berlin' });
    const installer = { group, name: null, limit: 99, expiresAt: null };
    ({ token } = await admin.rpc.request(installerRequests.generate, installer));
    hubKey = token.split('.')[3]!;
    for (let made = 0; made < 4; made++) {
      // In the order in which the tree shows them.
      const hostName = `DESK-0${made}`;
      const endpoint = await openEndpoint(hub, { token, facts: { ...newFacts(), hostName } });
      endpoint.conversation.rpc.handle(endpointRequests.facts, () => endpoint.facts);
      endpoints.push(endpoint);
      names.push(hostName);
    }
    // Two are online, two are not.
    for (const { conversation } of endpoints.slice(2)) await conversation.close();
    workbench = await openWorkbenchPage(await openBrowser(), hub.url);
    await workbench.signIn();
    await workbench.treeItem(/Berlin/).click();
    await workbench.page.keyboard.press('ArrowRight');
    await device(0).waitFor();
  });
  const device = (at: number) => workbench.treeItem(new RegExp(names[at]!));
  const idOf = (at: number): string => endpoints[at]!.standing.device;
  const isListed = (at: number): Promise<boolean> =>
    admin.rpc.request(deviceRequests.get, { device: idOf(at) }).then(
      () => true,
      () => false,
    );
  const dialog = () => workbench.page.locator('lk-confirm-dialog');

  it('X4: F5 refreshes what is selected; of an offline device it is asked what is to become of it', async () => {
    const { page } = workbench;
    await device(0).click();
    await page.keyboard.press('F5');
    await page.getByText('1 device was refreshed.').first().waitFor();
    await device(2).click();
    await page.keyboard.press('F5');
    await page.getByText(`“${names[2]}” is offline`).first().waitFor();
    await workbench.picture('device-removal-offline');
    await page.getByRole('option', { name: /within 7 days/ }).click();
    await page.getByText('1 device is offline: it is done when').first().waitFor();
    const { actions } = await admin.rpc.request(deviceActionRequests.queued, { limit: 10 });
    assert.deepEqual(
      actions.map((each) => [each.device, each.kind]),
      [[idOf(2), 'refresh']],
    );
    await workbench.picture('device-removal-queued');
  });

  it('X9: what waits is seen on the device’s page and in a list, and is cancelled there', async () => {
    const { page } = workbench;
    await device(2).dblclick();
    await page.getByText('A refresh waits for the device').waitFor();
    await workbench.picture('device-removal-device-page');
    await workbench.runFromPalette('Device: Queued Actions');
    await workbench.tab(/Queued Actions/).waitFor();
    await page.getByRole('button', { name: new RegExp(`Cancel: ${names[2]}`) }).waitFor();
    await workbench.picture('device-removal-queue');
    await page.getByRole('button', { name: new RegExp(`Cancel: ${names[2]}`) }).click();
    await page.getByText('Nothing waits for a device.').waitFor();
    assert.equal((await admin.rpc.request(deviceActionRequests.queued, { limit: 10 })).total, 0);
    await workbench.tab(new RegExp(names[2]!)).click();
    await page.getByText('A refresh waits for the device').waitFor({ state: 'detached' });
  });

  it('X5: Delete asks by name, and does nothing when it is declined', async () => {
    const { page } = workbench;
    await device(1).click();
    await device(3).click({ modifiers: ['Shift'] });
    await page.keyboard.press('Delete');
    await dialog().getByText('Delete these 3 devices?').waitFor();
    for (const name of names.slice(1)) await dialog().getByText(name).waitFor();
    await workbench.picture('device-removal-confirmation');
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    assert.ok(await isListed(1));
  });

  it('X5, X9: deleted devices are gone at once; the notification, and Ctrl+Z, bring them back', async () => {
    const { page } = workbench;
    const confirm = async (): Promise<void> => {
      await page.keyboard.press('Delete');
      await dialog().getByRole('button', { name: 'Delete' }).click();
    };
    await device(1).click();
    await device(2).click({ modifiers: ['Shift'] });
    await confirm();
    await device(1).waitFor({ state: 'detached' });
    await page.getByText('2 devices were deleted.').first().waitFor();
    await workbench.picture('device-removal-deleted');
    await page.getByRole('button', { name: 'Undo', exact: true }).first().click();
    await device(1).waitFor();
    assert.ok((await isListed(1)) && (await isListed(2)));
    await device(1).click();
    await confirm();
    await device(1).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Shift+e');
    await page.keyboard.press('Control+z');
    await device(1).waitFor();
    assert.deepEqual(workbench.problems, []);
  });

  it('X5: a deleted device stands on a page of its own, with how far its endpoint is, and is restored from there', async () => {
    const { page } = workbench;
    await admin.rpc.request(deviceActionRequests.start, {
      ...{ job: 'j'.repeat(16), action: { kind: 'delete' as const }, devices: [idOf(2), idOf(3)] },
    });
    await until(async () => !(await isListed(3)));
    await workbench.runFromPalette('Device: Deleted Devices');
    await workbench.tab(/Deleted Devices/).waitFor();
    await page.getByRole('button', { name: `Restore: ${names[3]}` }).waitFor();
    await workbench.picture('device-removal-deleted-page');
    // Its endpoint comes, and begins to go: from then on there is no way back.
    const { keys, facts } = endpoints[2]!;
    await assert.rejects(openEndpoint(hub, { keys, facts, hubKey }));
    await page.getByRole('button', { name: `Restore: ${names[3]}` }).click();
    await page.getByText('1 device was restored.').first().waitFor();
    await device(3).waitFor();
    await page.getByRole('button', { name: `Restore: ${names[3]}` }).waitFor({ state: 'detached' });
    assert.deepEqual(workbench.problems, []);
  });

  it('X5: unattended access that is removed shows as such, and is kept after all', async () => {
    const { page } = workbench;
    await device(3).click();
    await page.keyboard.press('Shift+Delete');
    await dialog().getByText(`Remove unattended access from “${names[3]}”?`).waitFor();
    await workbench.picture('device-removal-access');
    await dialog().getByRole('button', { name: 'Remove Access' }).click();
    await until(
      async () => (await admin.rpc.request(deviceRequests.get, { device: idOf(3) })).device.state === 'removing',
    );
    await device(3).dblclick();
    await page.getByRole('button', { name: 'Keep Unattended Access' }).waitFor();
    await workbench.picture('device-removal-removing');
    await page.getByRole('button', { name: 'Keep Unattended Access' }).click();
    await until(
      async () => (await admin.rpc.request(deviceRequests.get, { device: idOf(3) })).device.state === 'active',
    );
    assert.deepEqual(workbench.problems, []);
  });

  it('X4, X5, X9: a program queues, cancels, deletes and restores by command', async () => {
    const { secret } = await admin.rpc.request(tokenRequests.create, { name: 'program', expiresAt: null });
    const env = { LATCHKEY_TOKEN: secret };
    const run = async (...words: string[]) => {
      const { code, out, err } = await latchkey(['run', ...words, '--hub', hub.url, '--json'], { env });
      return { code, err, result: JSON.parse(out) as Record<string, unknown> & { job: string } };
    };
    const offline = await run('device.refresh', '--devices', names[3]!);
    assert.deepEqual([offline.code, offline.result['failed']], [1, 1], offline.err);
    const waiting = await run('device.refresh', '--devices', names[3]!, '--whenOnline', '24');
    assert.deepEqual([waiting.code, waiting.result['queued']], [0, 1], waiting.err);
    const queue = await run('refresh.queue');
    assert.equal(queue.result['total'], 1);
    assert.equal((await run('device.cancelWaiting', '--job', waiting.result.job)).code, 0);
    const deleted = await run('device.delete', '--devices', `${names[0]},${names[3]}`);
    assert.deepEqual([deleted.code, deleted.result['done']], [0, 2], deleted.err);
    assert.equal(await isListed(0), false);
    const restored = await run('device.restore', '--devices', `${idOf(0)},${idOf(3)}`);
    assert.deepEqual([restored.code, restored.result['done']], [0, 2], restored.err);
    assert.ok(await isListed(0));
  });
});
