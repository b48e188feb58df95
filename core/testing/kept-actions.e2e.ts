import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { newId } from '#core/base/ids.ts';
import { deviceActionRequests, type DeviceAction } from '#protocol/device-actions.ts';
import { deviceRequests, type Device } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { newFacts, openEndpoint } from './test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from './test-hub.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from './workbench/workbench-page.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const roots = { webRoot: join(dist, 'webview'), extensionsRoot: join(dist, 'extensions') };

describe('a workbench that has lost its hub', () => {
  let hub: TestHub;
  let workbench: WorkbenchPage;
  before(async () => {
    hub = await startTestHub(roots);
    const { rpc } = await hub.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    await rpc.request(groupRequests.create, { name: 'Lyon' });
    const installer = { group, name: null, limit: 9, expiresAt: null };
    const { token } = await rpc.request(installerRequests.generate, installer);
    for (const hostName of ['front', 'store']) await openEndpoint(hub, { token, facts: { ...newFacts(), hostName } });
    workbench = await openWorkbenchPage(await openBrowser(), hub.url);
    await workbench.signIn();
    await workbench.treeItem(/Berlin/).click();
    await workbench.page.keyboard.press('ArrowRight');
    await workbench.treeItem(/store/).waitFor();
    // Its extension runs already: it could not be fetched while the hub is away.
    await rename(/store/, 'Storeroom');
    await workbench.treeItem(/Storeroom/).waitFor();
  });

  const rename = async (item: RegExp, nickname: string): Promise<void> => {
    await workbench.treeItem(item).click();
    await workbench.page.keyboard.press('F2');
    await workbench.page.locator('lk-quick-input input').fill(nickname);
    await workbench.page.keyboard.press('Enter');
  };
  const devices = async ({ rpc }: TestWorkbench): Promise<readonly Device[]> =>
    (await rpc.request(deviceRequests.changes, { since: null })).devices;
  const act = async ({ rpc }: TestWorkbench, action: DeviceAction, device: string): Promise<void> => {
    const job = newId();
    await rpc.request(deviceActionRequests.start, { job, action, devices: [device] });
    await rpc.request(deviceActionRequests.wait, { job });
  };

  it('X2 X3: keeps what is asked for, does it when the hub is back, and asks where somebody was faster', async () => {
    const { page, picture } = workbench;
    const { data, port } = hub;
    await hub.close();
    await page.getByRole('region', { name: /hub/i }).waitFor();
    await rename(/front/, 'Front desk');
    await page.getByText('The new name of “front” waits on this computer until it is back.').waitFor();
    await rename(/Storeroom/, 'Cellar');
    await page.getByText('The new name of “Storeroom” waits').waitFor();
    await picture('kept-actions-1-away');

    // Another technician is there first, while this page still waits for its next attempt.
    const elsewhere = await startTestHub({ data, ...roots });
    const other = await elsewhere.workbench();
    const store = (await devices(other)).find(({ hostName }) => hostName === 'store')!;
    await act(other, { kind: 'rename', nickname: 'Archive' }, store.id);
    await elsewhere.close();

    hub = await startTestHub({ data, port, ...roots });
    await page.getByText(/1 device was changed as you wanted\. 1 device needs your decision\./).waitFor();
    await workbench.treeItem(/Front desk/).waitFor();
    await workbench.treeItem(/Archive/).waitFor();
    await page.getByRole('button', { name: 'Show', exact: true }).first().click();
    for (const value of ['Storeroom', 'Archive', 'Cellar'])
      await page.getByRole('cell', { name: value }).first().waitFor();
    await picture('kept-actions-2-decision');
    await page.getByRole('button', { name: 'Change Them All the Same' }).click();
    await workbench.treeItem(/Cellar/).waitFor();
    await page.getByText('Nothing waits.').waitFor();
    const names = (await devices(await hub.workbench())).map(({ nickname }) => nickname);
    assert.deepEqual(names.sort(), ['Cellar', 'Front desk']);
    assert.deepEqual(workbench.problems, []);
  });
});
