import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { newFacts, openEndpoint } from './test-endpoint.ts';
import { startTestHub } from './test-hub.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from './workbench/workbench-page.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

describe('the table of devices', () => {
  let workbench: WorkbenchPage;
  before(async () => {
    const hub = await startTestHub({ webRoot: join(dist, 'webview'), extensionsRoot: join(dist, 'extensions') });
    const { rpc } = await hub.workbench();
    for (const [name, hosts] of Object.entries({
      Berlin: ['front-1', 'front-2', 'store'],
      'Île-de-France': ['poste-7'],
    })) {
      const { id: group } = await rpc.request(groupRequests.create, { name });
      const installer = { group, name: null, limit: 9, expiresAt: null };
      const { token } = await rpc.request(installerRequests.generate, installer);
      for (const hostName of hosts)
        await openEndpoint(hub, { token, facts: { ...newFacts(), hostName, users: ['ida'] } });
    }
    workbench = await openWorkbenchPage(await openBrowser(), hub.url);
    await workbench.signIn();
    await workbench.treeItem(/Berlin/).waitFor();
  });

  const table = () => workbench.page.locator('lk-device-table-page');
  const firstCells = async (): Promise<string[]> =>
    (await table().locator('[role=row]:not(.heading) [role=gridcell]:first-child').allTextContents()).map((text) =>
      text.trim(),
    );
  const untilRows = async (wanted: readonly string[]): Promise<void> => {
    let found: string[] = [];
    for (let turn = 0; turn < 100; turn++, await delay(50)) {
      found = await firstCells();
      if (found.join() === wanted.join()) break;
    }
    assert.deepEqual(found, wanted);
  };

  it('X9: filters by a query that completes itself, and sorts by a click on a heading', async () => {
    const { page, runFromPalette, picture } = workbench;
    await runFromPalette('Devices: Show as Table');
    await untilRows(['front-1', 'front-2', 'poste-7', 'store']);
    await page.keyboard.press('Tab');
    const query = table().getByRole('combobox', { name: 'Filter' });
    await query.pressSequentially('gr');
    const suggestions = table().getByRole('listbox', { name: 'Suggestions' });
    await suggestions.getByRole('option', { name: /^group:/ }).click();
    await suggestions
      .getByRole('option', { name: '"Île-de-France"' })
      .or(suggestions.getByRole('option', { name: 'Île-de-France' }))
      .waitFor();
    await picture('device-table-1-completion');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal(await query.inputValue(), 'group:Berlin');
    await untilRows(['front-1', 'front-2', 'store']);
    await table().getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    await untilRows(['store', 'front-2', 'front-1']);
    await query.fill('group:Berlin colour:red');
    await table()
      .getByText(/there is no field “colour”/)
      .waitFor();
    await untilRows(['store', 'front-2', 'front-1']);
    await picture('device-table-2-problem');
    await query.fill('group:Berlin');
  });

  it('X9: has the columns that are chosen, with what the hub tells only when it is asked', async () => {
    const { page } = workbench;
    await table().getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('option', { name: /Signed-in users/ }).click();
    await page.getByRole('option', { name: /Endpoint version/ }).click();
    await page.keyboard.press('Enter');
    await table().getByRole('gridcell', { name: 'ida' }).first().waitFor();
    assert.equal(await table().getByRole('columnheader', { name: 'Endpoint version' }).count(), 0);
    await table().getByRole('columnheader', { name: 'System' }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Hide Column' }).click();
    await table().getByRole('columnheader', { name: 'System' }).waitFor({ state: 'detached' });
  });

  it('X2 X9: commands act on what is selected in it', async () => {
    const { page, picture } = workbench;
    await table().getByRole('gridcell', { name: 'front-1' }).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Shift+F10');
    await picture('device-table-3-menu');
    await page.getByRole('menuitem', { name: /Move to/ }).click();
    await page
      .locator('lk-quick-input')
      .getByRole('option', { name: /Île-de-France/ })
      .click();
    await table().getByText('No device matches.').waitFor();
  });

  it('X9: is kept under a name, in the side bar and over a reload, and exported', async () => {
    const { page, picture } = workbench;
    const query = table().getByRole('combobox', { name: 'Filter' });
    await query.fill('host:front');
    await table().getByRole('button', { name: 'Save View' }).click();
    await page.locator('lk-quick-input input').fill('Front desks');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: /Front desks/ }).waitFor();
    await page.reload();
    await page.getByRole('tab', { name: /Front desks/ }).waitFor();
    await untilRows(['front-2', 'front-1']);
    await picture('device-table-4-saved');
    await page.keyboard.press('Control+w');
    await page.getByRole('treeitem', { name: /Front desks/ }).click();
    await page.getByRole('tab', { name: /Front desks/ }).waitFor();
    await untilRows(['front-2', 'front-1']);
    for (const [format, wanted] of [
      [
        'CSV, for spreadsheets',
        /^\ufeffname,group,presence,joined,user\r\nfront-2,Île-de-France,online,2[\dT:.-]+Z,ida\r\n/,
      ],
      ['JSON', /^\[\n {2}\{\n {4}"name": "front-2",\n {4}"group": "Île-de-France",/],
    ] as const) {
      const downloaded = page.waitForEvent('download');
      await table().getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: format }).click();
      assert.match(readFileSync(await (await downloaded).path(), 'utf8'), wanted);
    }
  });

  it('X9: quick open completes queries, and shows what it finds as a table', async () => {
    const { page, picture } = workbench;
    await page.keyboard.press('Control+p');
    await page.locator('lk-quick-input').getByRole('combobox').pressSequentially('grou');
    await page.getByRole('option', { name: /^group:/ }).click();
    await page.locator('lk-quick-input').getByRole('combobox').pressSequentially('Ber');
    await page.getByRole('option', { name: /Berlin/ }).waitFor();
    await picture('device-table-5-quick-open');
    await page.locator('lk-quick-input').getByRole('combobox').fill('group:Île-de-France');
    await page.getByRole('option', { name: 'Show 4 devices as a table' }).click();
    await untilRows(['store', 'poste-7', 'front-2', 'front-1']);
  });
});
