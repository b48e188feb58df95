import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import type { Benchmark, Measure } from './benchmark.ts';
import { signInTo, startHubProcess } from './hub-process.ts';
import { median } from './statistics.ts';
import { launchBrowser, signedIn } from './workbench/browser.ts';
import { fillStore } from './workbench/large-store.ts';
import { rememberRoots, timeChange, type Change } from './workbench/list-probes.ts';

const devices = 100_000;
const groups = 20;
const runs = 5;
const patience = 60_000;
/** A change that takes longer is felt. */
const felt = { atMost: 100 };
const page = 'lk-device-table-page';
const count = { root: page, selector: '.count' };
const query = (text: string, wanted: string): Change => ({
  ...{ root: 'lk-query-input', selector: 'input', text },
  shows: { ...count, wanted },
});
const sorting = (column: number, wanted: string): Change => ({
  ...{ root: 'lk-device-grid', selector: `.heading .cell:nth-child(${column}) button` },
  shows: { root: 'lk-device-grid', selector: `.heading .cell:nth-child(${column})`, attribute: 'aria-sort', wanted },
});

interface Measured {
  readonly time: number;
  readonly work: number;
}

export const benchmark: Benchmark = {
  title: 'Device table and dashboard with 100,000 devices',
  method:
    'The built page in a real Chromium, at a hub whose store holds 100,000 devices in 20 groups. From the click, or the key, ' +
    `until the frame that shows it was on the screen, and what the page's main thread worked for it: medians of ${runs}. ` +
    'The first question for last contacts has those of all devices asked of the hub.',
  async run(workspace) {
    const data = workspace.folder();
    workspace.note(`writing ${devices.toLocaleString('en')} devices`);
    await fillStore(data, devices, groups);
    const hub = await startHubProcess(workspace, data);
    const browser = await launchBrowser(workspace);
    const context = await signedIn(browser, hub.url, await signInTo(hub.url));
    await context.addInitScript(rememberRoots);
    const opened = await context.newPage();
    await opened.goto(hub.url);
    await opened.locator('lk-status-bar').getByText('100,000 devices').waitFor({ timeout: patience });
    await delay(2000);
    const devTools = await context.newCDPSession(opened);
    await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const measure = (change: Change): Promise<Measured> => measureOne(opened, devTools, change);
    const measures: Measure[] = [];
    const add = (name: string, measured: readonly Measured[], aim?: Measure['aim']): void =>
      void measures.push(
        { measure: name, value: median(measured.map(({ time }) => time)), unit: 'ms', ...(aim && { aim }) },
        { measure: `${name}: work of the page`, value: median(measured.map(({ work }) => work)), unit: 'ms' },
      );
    workspace.note('the dashboard');
    add('dashboard opened', [await measureDashboard(opened, measure)]);
    workspace.note('the table');
    await opened.getByRole('tab', { name: /Dashboard/ }).click();
    const open = opened.locator('lk-dashboard-page').getByRole('button', { name: 'Device Table' });
    await open.waitFor();
    add('table opened', [
      await measure({
        ...{ root: 'lk-dashboard-page', selector: '.head .row button:last-child' },
        shows: { root: 'lk-device-grid', selector: '.body .line:nth-child(10)', wanted: '.' },
      }),
    ]);
    const all = query('', '^100,000 of');
    const repeat = async (change: Change, back: Change): Promise<Measured[]> => {
      const results: Measured[] = [];
      for (let run = 0; run < runs; run++) {
        results.push(await measure(change));
        await measure(back);
      }
      return results;
    };
    const fewer = '^(?!100,000 of)[0-9,]+ of';
    add('filtered by a word, `desk-01`', await repeat(query('desk-01', fewer), all), felt);
    add('queried, `group:"Site 07" os:windows`', await repeat(query('group:"Site 07" os:windows', fewer), all), felt);
    add('queried, `(os:linux or os:macos) -srv`', await repeat(query('(os:linux or os:macos) -srv', fewer), all), felt);
    add('sorted by system', await repeat(sorting(4, 'ascending'), sorting(4, 'descending')), felt);
    add('sorted by name', await repeat(sorting(1, 'ascending'), sorting(1, 'descending')), felt);
    add('queried, `offline>7d`, the first time', [await measure(query('offline>7d', fewer))]);
    await measure(all);
    add('queried, `offline>7d`, again', await repeat(query('offline>7d', fewer), all), felt);
    return measures;
  },
};

/** From the click on its sign until all pictures are there. */
async function measureDashboard(opened: Page, measure: (change: Change) => Promise<Measured>): Promise<Measured> {
  await opened.keyboard.press('Control+k');
  await opened.keyboard.press('w');
  await opened.locator('lk-dashboard-page').waitFor({ state: 'detached' });
  const sign = '[aria-label^="Dashboard"], [title^="Dashboard"]';
  await opened.locator('lk-activity-bar').locator(sign).first().waitFor();
  return measure({
    ...{ root: 'lk-activity-bar', selector: sign },
    shows: { root: 'lk-chart-canvas', selector: 'canvas', attribute: 'style', wanted: 'height' },
  });
}

async function measureOne(opened: Page, devTools: CDPSession, change: Change): Promise<Measured> {
  const before = await workOf(devTools);
  const time = await opened.evaluate(timeChange, change);
  const work = (await workOf(devTools)) - before;
  await delay(150);
  return { time, work };
}

/** Milliseconds of processor time of the page's main thread. */
async function workOf(devTools: CDPSession): Promise<number> {
  const { metrics } = await devTools.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
}
