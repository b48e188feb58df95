import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { LiveEndpoints } from '#core/hub/endpoints/live-endpoints.ts';
import { assignmentRuleRequests } from '#protocol/assignment-rules.ts';
import { deviceMatchRequests } from '#protocol/device-matches.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { until } from './expect.ts';
import { newFacts, openEndpoint } from './test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from './test-hub.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from './workbench/workbench-page.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

describe('Identity and assignment, in the workbench', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let browser: Browser;
  let token: string;
  let groups: Record<'Berlin' | 'Servers' | 'Desks', string>;
  before(async () => {
    hub = await startTestHub({ webRoot: join(dist, 'webview'), extensionsRoot: join(dist, 'extensions') });
    admin = await hub.workbench();
    const make = async (name: string) => (await admin.rpc.request(groupRequests.create, { name })).id;
    groups = { Berlin: await make('Berlin'), Servers: await make('Servers'), Desks: await make('Desks') };
    const wanted = { group: groups.Berlin, name: 'Spring roll-out', limit: 500, expiresAt: null };
    token = (await admin.rpc.request(installerRequests.generate, wanted)).token;
    browser = await openBrowser();
  });
  const joined = (hostName: string, more = {}) =>
    openEndpoint(hub, { token, facts: { ...newFacts(), hostName, ...more } });
  const away = async (endpoint: Awaited<ReturnType<typeof joined>>) => {
    await endpoint.conversation.close();
    await until(() => hub.get(LiveEndpoints).get(endpoint.standing.device) === undefined);
    return endpoint;
  };
  const signedIn = async (): Promise<WorkbenchPage> => {
    const workbench = await openWorkbenchPage(browser, hub.url);
    await workbench.signIn();
    return workbench;
  };

  it('a doubtful match is told of at once, shown with both sides, and decided', async () => {
    const workbench = await signedIn();
    const { page } = workbench;
    const known = await away(await joined('FRONT-DESK-02'));
    await admin.rpc.request(deviceRequests.rename, { device: known.standing.device, nickname: 'Reception' });
    const came = await joined('DESKTOP-7Q2K', {
      smbiosUuid: known.facts.smbiosUuid,
      serial: known.facts.serial,
      interfaces: newFacts().interfaces,
    });
    await page.getByText('The hub isn’t certain which device a computer is.').first().waitFor();
    await page.getByRole('button', { name: 'Show', exact: true }).first().click();
    const article = page.locator('lk-device-matches-page article');
    await article.waitFor();
    assert.match(await article.innerText(), /Is DESKTOP-7Q2K the device Reception\?/);
    await workbench.picture('doubtful-match');
    await article.getByRole('button', { name: 'The same computer' }).click();
    const dialog = page.locator('lk-device-matches-page dialog');
    assert.match(await dialog.innerText(), /Reception keeps its name/);
    await workbench.picture('doubtful-match-question');
    await dialog.getByRole('button', { name: 'The same computer' }).click();
    await page.getByText('There is nothing to decide').waitFor();
    const now = await openEndpoint(hub, { keys: came.keys, facts: came.facts, hubKey: token.split('.')[3]! });
    assert.equal(now.standing.device, known.standing.device);
    // The status bar item goes with the last one.
    await page.locator('lk-status-bar').getByText('Doubtful Matches').waitFor({ state: 'detached' });
    assert.deepEqual(workbench.problems, []);
  });

  it('two devices that are one computer are compared and merged, once the name is typed', async () => {
    const older = await away(await joined('TILL-07'));
    await admin.rpc.request(deviceRequests.rename, { device: older.standing.device, nickname: 'Till by the door' });
    const newer = await joined('TILL-07-NEW');
    const workbench = await signedIn();
    const { page } = workbench;
    await workbench.runFromPalette('Compare and Merge Two Devices');
    const asked = page.locator('lk-quick-input').getByRole('combobox');
    await asked.fill('name~till group:Berlin');
    await page.getByRole('option', { name: 'All 2 matching devices' }).waitFor();
    await workbench.picture('merge-which-two');
    await page.getByRole('option', { name: 'All 2 matching devices' }).click();
    await page.getByText('2 selected').waitFor();
    await asked.press('Enter');
    const merging = page.locator('lk-device-merge-page');
    await merging.getByRole('radio', { name: /Till by the door, in Berlin \(the older one\)/ }).waitFor();
    await merging.getByText(/The computer that connects as TILL-07-NEW is Till by the door from then on/).waitFor();
    await workbench.picture('merge');
    await merging.getByRole('button', { name: 'Merge…' }).click();
    const question = page.locator('lk-confirm-dialog');
    const go = question.getByRole('button', { name: 'Merge' });
    assert.equal(await go.isDisabled(), true);
    await question.getByRole('textbox').fill('TILL-07-NEW');
    await workbench.picture('merge-question');
    await go.click();
    await page.getByText('TILL-07-NEW is part of Till by the door now.').waitFor();
    const now = await openEndpoint(hub, { keys: newer.keys, facts: newer.facts, hubKey: token.split('.')[3]! });
    assert.equal(now.standing.device, older.standing.device);
    await merging.waitFor({ state: 'detached' });
    assert.deepEqual(workbench.problems, []);
    await now.conversation.leave();
  });

  it('the setting for computers that come back is the administrators’', async () => {
    const workbench = await signedIn();
    const { page } = workbench;
    await workbench.runFromPalette('Doubtful Matches');
    const box = page.locator('lk-match-settings input[type=checkbox]');
    await box.uncheck();
    await until(async () => !(await admin.rpc.request(deviceMatchRequests.settings, {})).takeOver);
    await box.check();
    await until(async () => (await admin.rpc.request(deviceMatchRequests.settings, {})).takeOver);
  });

  it('rules are made, sorted by keys and by dragging, tried out, saved and applied, and the moves taken back', async () => {
    for (const name of ['srv-mail-01', 'srv-web-02', 'desk-11', 'desk-12']) await joined(name);
    const workbench = await signedIn();
    const { page } = workbench;
    await workbench.runFromPalette('Assignment Rules');
    const rules = page.locator('lk-assignment-rules-page');
    const add = async (name: string, field: string, value: string, group: string) => {
      await rules.getByRole('button', { name: 'New rule' }).click();
      const dialog = rules.locator('lk-rule-dialog');
      await dialog.getByLabel('Name', { exact: true }).fill(name);
      await dialog.getByLabel(field, { exact: true }).fill(value);
      await dialog.getByLabel('Device group').selectOption({ label: group });
      if (name === 'All desks') await workbench.picture('assignment-rule');
      await dialog.getByRole('button', { name: 'Add' }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    await add('Everything', 'Computer name', '*-*-*', 'Desks');
    await add('Mail and web servers', 'Computer name', 'srv-*', 'Servers');
    await add('All desks', 'Computer name', 'desk-*', 'Desks');
    const names = () => rules.locator('lk-rule-list .name').allInnerTexts();
    assert.deepEqual(await names(), ['Everything', 'Mail and web servers', 'All desks']);
    await rules.getByRole('checkbox', { name: 'Use Mail and web servers' }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    assert.deepEqual(await names(), ['Mail and web servers', 'Everything', 'All desks']);
    const rows = rules.locator('lk-rule-list li');
    await rows.nth(2).dragTo(rows.nth(1), { targetPosition: { x: 200, y: 5 } });
    assert.deepEqual(await names(), ['Mail and web servers', 'All desks', 'Everything']);
    await rules.getByRole('button', { name: 'Try out' }).click();
    await rules.getByText('4 devices would move.').waitFor();
    await workbench.picture('assignment-rules-tried');
    await rules.getByRole('button', { name: 'Save', exact: true }).click();
    await rules.getByText('Version 1, saved by admin@example.com').waitFor();
    await rules.getByRole('button', { name: 'Try out' }).click();
    await rules.getByRole('button', { name: 'Move 4 devices' }).click();
    const question = rules.locator('lk-rule-preview dialog');
    assert.match(await question.innerText(), /srv-mail-01/);
    await question.getByRole('button', { name: 'Move 4 devices' }).click();
    await rules.getByText('Nothing would move.').waitFor();
    const inGroup = async (group: string) =>
      (await admin.rpc.request(deviceRequests.changes, { since: null })).devices.filter((each) => each.group === group);
    assert.equal((await inGroup(groups.Servers)).length, 2);
    assert.equal((await inGroup(groups.Desks)).length, 2);
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await until(async () => (await inGroup(groups.Servers)).length + (await inGroup(groups.Desks)).length <= 2);
    assert.deepEqual(workbench.problems, []);
  });

  it('two administrators at once: the second one sees both versions, and loses nothing', async () => {
    const workbench = await signedIn();
    const { page } = workbench;
    await workbench.runFromPalette('Assignment Rules');
    const rules = page.locator('lk-assignment-rules-page');
    await rules.getByRole('button', { name: 'Remove All desks' }).click();
    await rules.getByText('Your changes are not saved yet.').waitFor();
    const { version, rules: saved } = await admin.rpc.request(assignmentRuleRequests.get, {});
    const theirs = saved.map((rule) => ({ ...rule, name: `${rule.name} (theirs)` }));
    await admin.rpc.request(assignmentRuleRequests.save, { version, rules: theirs });
    await rules.getByText('admin@example.com has saved other rules meanwhile.').waitFor();
    await rules.locator('summary').click();
    await workbench.picture('assignment-rules-conflict');
    await rules.getByText('All desks (theirs)').waitFor();
    await rules.getByRole('button', { name: 'Save mine over them' }).click();
    await rules.getByText('Version 3, saved by').waitFor();
    const now = await admin.rpc.request(assignmentRuleRequests.get, {});
    assert.deepEqual(
      now.rules.map(({ name }) => name),
      ['Mail and web servers', 'Everything'],
    );
  });
});
