import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { propertiesOf } from '#core/hub/installers/formats/windows/msi/check-package.ts';
import { readPackage } from '#core/hub/installers/formats/windows/msi/read-package.ts';
import { groupRequests } from '#protocol/groups.ts';
import { startHubProcess, type HubProcess } from './hub-process.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { openWorkbench } from './test-hub.ts';
import { newFacts, openEndpoint } from './test-endpoint.ts';
import { keptRuntimes } from './windows/wine.ts';
import { openBrowser, openWorkbenchPage, type WorkbenchPage } from './workbench/workbench-page.ts';

const share = `\\\\files.ad.example.com\\Software\\Büro 'Süd' & 中文`;

/** A technician goes through the guide in a browser; computers join with what is in the downloaded package. */
describe('a roll-out by group policy', { timeout: 300_000 }, () => {
  let hub: HubProcess;
  let workbench: WorkbenchPage;
  let folder = '';
  let token = '';

  before(async () => {
    const data = temporaryFolder();
    mkdirSync(keptRuntimes, { recursive: true });
    mkdirSync(join(data, 'installers'));
    symlinkSync(keptRuntimes, join(data, 'installers/runtimes'));
    hub = await startHubProcess({ LATCHKEY_DATA: data });
    const { rpc, socket } = await openWorkbench(hub.url);
    await rpc.request(groupRequests.create, { name: 'Berlin' });
    socket.terminate();
    workbench = await openWorkbenchPage(await openBrowser(), hub.url);
    await workbench.signIn();
    workbench.page.setDefaultTimeout(10_000);
  });

  const joinAs = (hostName: string) => openEndpoint(hub, { token, facts: { ...newFacts(), hostName } });

  it('G6: stands among the methods, with what it is for', async () => {
    await workbench.runFromPalette('Choose How to Set Up a Computer');
    const { page } = workbench;
    await page.getByText('Whole domains').first().waitFor();
    await workbench.picture('roll-out-1-methods');
  });

  it('D1 D5: says at the field what is wrong, too few slots before anything is made', async () => {
    const { page } = workbench;
    await workbench.runFromPalette('New Roll-Out by Group Policy');
    await page.getByRole('heading', { name: 'New roll-out' }).waitFor();
    await workbench.picture('roll-out-2-begin');
    await page.getByLabel('Computers', { exact: true }).selectOption({ label: 'A list of computers' });
    await page.getByLabel('List of computers').fill('PC-1\npc-2.ad.example.com\nAD\\PC-3$\nPC-1');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('“PC-1” stands twice in the list.').waitFor();
    await page.getByLabel('List of computers').fill('PC-1\npc-2.ad.example.com\nAD\\PC-3$');
    await page.getByLabel('Limit').fill('2');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText(/one slot is missing/).waitFor();
    await workbench.picture('roll-out-3-too-few');
    await page.getByLabel('Limit').fill('3');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Shared folder').waitFor();
  });

  it('D3: goes on where it was left, after the workbench was loaded anew', async () => {
    const { page } = workbench;
    await page.reload();
    await page.getByRole('tab').first().waitFor();
    await workbench.runFromPalette('Open Roll-Out');
    await page.getByRole('option', { name: /Latchkey Berlin/ }).click();
    await page.getByLabel('Domain', { exact: true }).fill('ad.example.com');
    await page.getByLabel('Shared folder').fill('C:\\Software');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText(/is not the path of a shared folder/).waitFor();
    await page.getByLabel('Shared folder').fill(share);
    await workbench.picture('roll-out-4-domain');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Name of the group policy object').waitFor();
    await workbench.picture('roll-out-5-options');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('heading', { name: 'Put it into the domain' }).waitFor();
  });

  it('D4 to D11: downloads one ZIP with packages, script, backup and guide in it', async () => {
    const { page } = workbench;
    const [download] = await Promise.all([
      page.waitForEvent('download', { timeout: 110_000 }),
      page.getByRole('button', { name: 'Download the files' }).click(),
    ]);
    folder = temporaryFolder();
    const zip = join(folder, download.suggestedFilename());
    await download.saveAs(zip);
    execFileSync('unzip', ['-q', zip, '-d', folder]);
    await page.getByText('SHA-256', { exact: true }).waitFor();
    await workbench.picture('roll-out-6-files');
    execFileSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS.txt'], { cwd: folder });
    const packages = readdirSync(join(folder, 'packages'));
    assert.equal(packages.length, 2);
    const real = packages.find((name) => !name.includes('-test_'))!;
    token = propertiesOf(readPackage(readFileSync(join(folder, 'packages', real))))['ENROLL_TOKEN']!;
    assert.match(token, /^lk1\./);
    assert.ok(readFileSync(join(folder, 'roll-out.ps1'), 'utf8').includes(`\\${real}`));
  });

  it('G3: the page fills as computers come in, in whatever way they say their names', async () => {
    const { page } = workbench;
    await page.getByRole('button', { name: 'See who joins' }).click();
    await page.getByText('No computer has joined yet. They come when they are restarted.').waitFor();
    await workbench.picture('roll-out-7-nobody');
    await joinAs('pc-1');
    await joinAs('PC-2');
    await page.getByRole('progressbar', { name: 'Joined' }).and(page.locator('[aria-valuenow="2"]')).waitFor();
    assert.equal(await page.getByRole('row', { name: /PC-3.*Missing/ }).count(), 1);
    await workbench.picture('roll-out-8-two');
    await joinAs('pc-3.ad.example.com');
    await page.getByRole('heading', { name: 'All of them have joined' }).waitFor();
    await joinAs('PC-UNKNOWN');
    await page.getByRole('row', { name: /PC-UNKNOWN.*Waiting/ }).waitFor();
    await workbench.picture('roll-out-9-all');
  });

  it('asks for a domain’s credentials in a dialog of its own, and says what it is kept from', async () => {
    const { page } = workbench;
    await page.getByRole('button', { name: 'Files and domain' }).click();
    await page.getByRole('button', { name: 'Apply to the domain…' }).click();
    const dialog = page.getByRole('dialog', { name: /Apply “Latchkey Berlin” to the domain/ });
    await dialog.getByLabel('Domain controller').fill('127.0.0.1');
    await dialog.getByRole('button', { name: 'Show Changes' }).click();
    await dialog.getByText('Fill this in.').first().waitFor();
    await dialog.getByLabel('Account of a domain administrator').fill('AD\\Administrator');
    await dialog.getByLabel('Password', { exact: true }).fill('not a secret');
    await workbench.picture('roll-out-10-domain-dialog');
    await dialog.getByRole('button', { name: 'Show Changes' }).click();
    await dialog.getByRole('alert').waitFor();
    await workbench.picture('roll-out-11-unreachable');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  it('weekly: the next one takes domain, folder and options from the last and leads to the files', async () => {
    const { page } = workbench;
    await workbench.runFromPalette('New Roll-Out by Group Policy');
    await page.getByText(/are taken from “Latchkey Berlin”/).waitFor();
    await page.getByLabel('Domain group', { exact: true }).fill("PCs & 'Süd'");
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('heading', { name: 'Put it into the domain' }).waitFor();
    await page.getByText(share).filter({ visible: true }).first().waitFor();
  });
});
