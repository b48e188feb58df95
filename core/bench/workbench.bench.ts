import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { deviceRequests } from '#protocol/devices.ts';
import type { Benchmark, Measure } from './benchmark.ts';
import { signInTo, startHubProcess, type HubProcess } from './hub-process.ts';
import { median, percentile } from './statistics.ts';
import { launchBrowser, signedIn, signedInWithProfile, visits } from './workbench/browser.ts';
import { fillStore } from './workbench/large-store.ts';
import { bareReads, firstPaint, installProbes, scroll, isStored } from './workbench/probes.ts';
import type { Workspace } from './workspace.ts';

const devices = 100_000;
const groups = 20;
const rows = devices + groups;
const aims = { reopen: { atMost: 700 }, frame: { atMost: 16.7 }, key: { atMost: 20 }, bytes: { atMost: 60 } };
/** Of the devices, renamed between two openings. */
const changedShare = 0.01;
const frames = { frames: 300, step: 150 };
/** What is typed into the filter, a character at a time. */
const words = 'desk-01';
const fields = 'os:windows -desk';

export const benchmark: Benchmark = {
  title: 'Workbench with 100,000 devices',
  method:
    'The built page in a real Chromium, at a hub whose store holds 100,000 devices in 20 groups, all of them unfolded. ' +
    '"Drawn" is from the start of the navigation until the frame with the whole tree was on the screen; medians. Opened ' +
    'again in a profile on the disk, which keeps compiled code, and in a private window, which does not.',
  async run(workspace) {
    const data = workspace.folder();
    workspace.note(`writing ${devices.toLocaleString('en')} devices`);
    const ids = await fillStore(data, devices, groups);
    const hub = await startHubProcess(workspace, data);
    const browser = await launchBrowser(workspace);
    const cookie = await signInTo(hub.url);
    const open = async (context: Promise<BrowserContext>): Promise<BrowserContext> => {
      await (
        await context
      ).addInitScript(
        installProbes,
        ids.map((id) => `group:${id}`),
      );
      return context;
    };
    const cold: Opening[] = [];
    let context!: BrowserContext;
    for (let run = 1; run <= 3; run++) {
      workspace.note(`opening cold, ${run} of 3`);
      await context?.close();
      context = await open(signedInWithProfile(workspace, hub.url, cookie));
      cold.push(...(await visits(context, 1, (page) => openAndStore(page, hub))));
    }
    workspace.note('opening again');
    const again = await openAgain(context, hub);
    workspace.note('opening again in a private window');
    const hidden = await open(signedIn(browser, hub.url, cookie));
    await visits(hidden, 1, (page) => openAndStore(page, hub));
    const uncompiled = await openAgain(hidden, hub);
    await hidden.close();
    const bare = await visits(context, 3, async (page) => {
      await page.goto(`${hub.url}/healthz`);
      return page.evaluate(
        bareReads,
        Array.from({ length: words.length }, (_, index) => words.slice(0, index + 1)),
      );
    });
    const blank = await measureBlank(context);
    const page = await context.newPage();
    await openDrawn(page, hub);
    const used = await measureUse(page, hub, workspace);
    workspace.note('counting bytes');
    const bytes = await countBytes(await open(signedIn(browser, hub.url, cookie)), hub);

    const idb = { name: 'reading it, no more', value: median(bare.map(({ read }) => read)) };
    const loop = { name: 'plain `includes` loop', value: median(bare.flatMap(({ includes }) => includes)) };
    const frame = { name: 'blank page', value: percentile(blank.frames, 0.95) };
    return [
      {
        measure: 'first paint',
        value: median(again.map(({ paint }) => paint)),
        unit: 'ms',
        baseline: { name: 'blank page', value: median(blank.paints) },
      },
      { measure: 'drawn, cold from the hub', value: median(cold.map(({ drawn }) => drawn)), unit: 'ms' },
      { measure: 'work of the page until then', value: median(cold.map(({ work }) => work)), unit: 'ms' },
      { measure: 'received from the hub, cold', value: bytes.cold / 1e6, unit: 'MB' },
      { measure: 'the same, for each device', value: bytes.cold / devices, unit: 'bytes', aim: aims.bytes },
      { measure: 'received, opened again', value: bytes.again / 1e3, unit: 'kB' },
      {
        measure: `received, opened again after ${changedShare * 100} % changed`,
        value: bytes.changed / 1e3,
        unit: 'kB',
        baseline: { name: 'opened cold', value: bytes.cold / 1e3 },
      },
      {
        measure: 'drawn, from IndexedDB',
        value: median(again.map(({ drawn }) => drawn)),
        unit: 'ms',
        baseline: idb,
        aim: aims.reopen,
      },
      { measure: 'work of the page until then', value: median(again.map(({ work }) => work)), unit: 'ms' },
      {
        measure: 'drawn, from IndexedDB, in a private window',
        value: median(uncompiled.map(({ drawn }) => drawn)),
        unit: 'ms',
      },
      { measure: 'work of the page until then', value: median(uncompiled.map(({ work }) => work)), unit: 'ms' },
      ...used.keys.map(({ measure, value }): Measure => ({
        measure,
        value,
        unit: 'ms',
        baseline: loop,
        aim: aims.key,
      })),
      {
        measure: 'scrolled frame, p95',
        value: percentile(used.frames, 0.95),
        unit: 'ms',
        baseline: frame,
        aim: aims.frame,
      },
    ];
  },
};

interface Opening {
  readonly paint: number;
  readonly drawn: number;
  /** What the page's main thread worked until then, milliseconds of processor time: the same on a busy machine. */
  readonly work: number;
}

async function openDrawn(page: Page, hub: HubProcess): Promise<Opening> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(hub.url, { waitUntil: 'commit' });
  const drawn = await page.evaluate((count) => window.latchkeyBench.whenDrawn(count), rows);
  const { metrics } = await devTools.send('Performance.getMetrics');
  const work = 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
  await devTools.detach();
  return { drawn, work, paint: await page.evaluate(firstPaint) };
}

/** Seven times, after two visits as long as the browser needs to keep what it has compiled. */
async function openAgain(context: BrowserContext, hub: HubProcess): Promise<Opening[]> {
  await visits(context, 2, async (page) => {
    await openDrawn(page, hub);
    await delay(2000);
  });
  return visits(context, 7, (page) => openDrawn(page, hub));
}

/** Stays until all of it is stored too. */
async function openAndStore(page: Page, hub: HubProcess): Promise<Opening> {
  const opening = await openDrawn(page, hub);
  for (let tries = 0; !(await page.evaluate(isStored)); tries++) {
    assert.ok(tries < 100, 'The replica was not stored.');
    await delay(100);
  }
  await delay(500);
  return opening;
}

async function measureBlank(context: BrowserContext): Promise<{ paints: number[]; frames: number[] }> {
  const blank = 'http://blank.localhost/';
  await context.route(blank, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><div style="height:100000px">blank</div>' }),
  );
  const visited = await visits(context, 5, async (page) => {
    await page.goto(blank);
    return page.evaluate(firstPaint);
  });
  const [intervals] = await visits(context, 1, async (page) => {
    await page.goto(blank);
    return page.evaluate(scroll, frames);
  });
  return { paints: visited, frames: intervals! };
}

/** A page at work: scrolled, filtered, and filtered while devices change. */
async function measureUse(page: Page, hub: HubProcess, workspace: Workspace) {
  await delay(1000);
  workspace.note('scrolling');
  const intervals: number[] = [];
  for (let run = 0; run < 3; run++) intervals.push(...(await page.evaluate(scroll, frames)));
  workspace.note('filtering');
  const filter = page.locator('lk-tree-view[filterable] input');
  const strokes = async (keys: readonly string[]): Promise<number[]> => {
    await page.evaluate(() => window.latchkeyBench.keyStrokes.splice(0));
    for (const key of keys) {
      await page.keyboard.press(key);
      await delay(60);
    }
    const times = await page.evaluate(() => [...window.latchkeyBench.keyStrokes]);
    assert.equal(times.length, keys.length, 'Not every key stroke was drawn.');
    return times;
  };
  const typed = async (text: string): Promise<number[]> => {
    const times = await strokes([...text]);
    await filter.fill('');
    await delay(200); // this is drawn too
    return times;
  };
  await filter.focus();
  // As long as a hand takes from the click to the first key.
  await delay(500);
  const first = await typed(words[0]!);
  const plain = (await repeat(3, () => typed(words))).flat();
  const fielded = (await repeat(3, () => typed(fields))).flat();
  workspace.note('filtering while devices change');
  const rpc = await hub.connect();
  const { devices: some } = await rpc.request(deviceRequests.changes, { since: null });
  const changed: number[] = [];
  for (const [at, { id }] of some.slice(0, 8).entries()) {
    await rpc.request(deviceRequests.rename, { device: id, nickname: `Renamed ${at}` });
    await delay(400);
    changed.push(...(await strokes([words[at % words.length]!])));
  }
  const keys = [
    { measure: 'key stroke in the filter, the first', value: median(first) },
    { measure: `key stroke, \`${words}\`, median`, value: median(plain) },
    { measure: `key stroke, \`${words}\`, p95`, value: percentile(plain, 0.95) },
    { measure: `key stroke, \`${fields}\`, median`, value: median(fielded) },
    { measure: `key stroke, \`${fields}\`, p95`, value: percentile(fielded, 0.95) },
    { measure: 'key stroke after a device changed, median', value: median(changed) },
  ];
  return { frames: intervals, keys };
}

async function repeat<T>(times: number, action: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let run = 0; run < times; run++) results.push(await action());
  return results;
}

/** What the page's socket brings; apart from the timed visits, because counting costs time. */
async function countBytes(context: BrowserContext, hub: HubProcess) {
  const received = async (): Promise<number> => {
    let bytes = 0;
    await visits(context, 1, async (page) => {
      page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => void (bytes += payload.length)));
      await openAndStore(page, hub);
      await delay(1000);
    });
    return bytes;
  };
  const cold = await received();
  const again = await received();
  const rpc = await hub.connect();
  const { devices: some } = await rpc.request(deviceRequests.changes, { since: null });
  assert.ok(some.length >= devices * changedShare);
  for (const [at, { id }] of some.slice(0, devices * changedShare).entries()) {
    await rpc.request(deviceRequests.rename, { device: id, nickname: `Other ${at}` });
  }
  const changed = await received();
  await context.close();
  return { cold, again, changed };
}
