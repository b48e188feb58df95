import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { BehaviorSubject, filter, firstValueFrom, Subject, timeout } from 'rxjs';
import { CancellationTokenSource } from '#jsonrpc';
import { ExtensionRegistry } from '#core/workbench/extensions/extension-registry.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { MemoryKeyValueStorage, WorkbenchStorage } from '#core/workbench/storage/workbench-storage.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { OfferedExtension } from '#protocol/extensions.ts';
import { manifest, type Capability } from '#protocol/manifest.ts';
import { buildChild } from '../build/extension-host-texts.mjs';
import { ChildProcessRunner } from '../node/child-process-runner.ts';
import { ExtensionHost } from './extension-host.ts';
import type { ExtensionServices } from './extension-services.ts';
import type { ExtensionState, SupervisionOptions } from './supervised-extension.ts';

/** Nothing is taken for hung because the machine is busy; tests of what does hang are less patient. */
const fast: Partial<SupervisionOptions> = { pingEvery: 50, pingTimeout: 20_000, firstDelay: 30, giveUpAfter: 3 };
const impatient = { pingTimeout: 2_000 };

describe('ExtensionHost', () => {
  let folder = '';
  const hosts: ExtensionHost[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-host-'));
    await buildChild(join(folder, 'child.cjs'));
  });
  afterEach(() => hosts.splice(0).forEach((host) => host.dispose()));
  after(() => rm(folder, { recursive: true, force: true }));

  /** One extension with this code, in a real process; the workbench's services write down what they are asked. */
  function harness(
    code: string,
    options: { capabilities?: Capability[]; granted?: Capability[]; sha256?: string; pingTimeout?: number } = {},
  ) {
    const text = `var latchkeyExtension = { activate(latchkey) { ${code} } };`;
    const capabilities = options.capabilities ?? [];
    const offered: OfferedExtension = {
      manifest: manifest.parse({
        name: 'acme',
        displayName: '%title%',
        version: '1.0.0',
        publisher: 'acme',
        engines: { latchkey: '*' },
        capabilities,
        contributes: {
          commands: [
            { command: 'acme.run', title: '%title%' },
            { command: 'acme.other', title: '%title%' },
          ],
          viewsContainers: { activitybar: [{ id: 'acme', title: 'Acme', icon: 'beaker' }] },
          views: { acme: [{ id: 'acme', name: 'Acme' }] },
          configuration: {
            title: 'Acme',
            properties: { 'acme.colour': { type: 'string', default: 'red', description: 'x' } },
          },
        },
      }),
      messages: { en: { title: 'Acme of {n, number}' }, de: { title: 'Akme von {n, number}' } },
      granted: options.granted ?? capabilities,
      bundle: '/extensions/acme/bundle.js',
      sha256: options.sha256 ?? createHash('sha256').update(text).digest('hex'),
    };
    const asked: [string, ...unknown[]][] = [];
    const services = new Proxy({} as ExtensionServices, {
      get: (_, name: string) =>
        name.endsWith('$')
          ? new Subject()
          : (...args: unknown[]) => {
              asked.push([name, ...args]);
              if (name === 'showMessage') return { action: null };
              return name === 'queryDevices' ? [] : name === 'confirm' ? new Promise(() => {}) : {};
            },
    });
    const falls: (number | null)[] = [];
    const l10n = new LocalizationService();
    const settings = { values: { 'acme.colour': 'red' }, changes$: new Subject<void>(), hubAway: false };
    const registry = new ExtensionRegistry(
      {
        status$: new BehaviorSubject({ state: 'offline' as const }),
        request: (async () => ({ extensions: [offered], problems: [] })) as never,
      },
      new WorkbenchStorage(new MemoryKeyValueStorage()),
      l10n,
      { hasContainer: () => false, hasView: () => false, keyProblem: () => undefined },
    );
    const host = new ExtensionHost({
      registry,
      runner: new ChildProcessRunner({ bootstrap: join(folder, 'child.cjs') }),
      services,
      l10n,
      settings: { valuesOf: () => settings.values, changes$: settings.changes$ },
      environment: 'headless',
      get: async () => {
        if (settings.hubAway) throw new TypeError('fetch failed');
        return new Response(text);
      },
      onFall: (_, __, restartIn) => falls.push(restartIn),
      supervision: { ...fast, ...(options.pingTimeout ? { pingTimeout: options.pingTimeout } : {}) },
    });
    hosts.push(host);
    host.start();
    const state = (wanted: ExtensionState) =>
      firstValueFrom(
        host.statuses$.pipe(
          filter(([status]) => status?.state === wanted),
          timeout(20_000),
        ),
      );
    const run = (command = 'acme.run', args = {}, source = new CancellationTokenSource()) =>
      host.executeCommand('acme', command, args, { token: source.token, progress: () => {} });
    return { host, registry, l10n, settings, asked, falls, state, run, load: () => registry.load() };
  }
  const command = (body: string): string =>
    `latchkey.commands.register('acme.run', async (args, context) => { ${body} });`;
  const code = (expected: string) => (error: unknown) => error instanceof LatchkeyError && error.code === expected;

  it('starts an extension when its command is first run, and not before', async () => {
    const { load, run, host } = harness(command('return { got: args };'));
    await load();
    const [before] = await firstValueFrom(host.statuses$);
    assert.equal(before?.state, 'idle');
    assert.deepEqual(await run('acme.run', { a: 1 }), { got: { a: 1 } });
    const [now] = await firstValueFrom(host.statuses$);
    assert.equal(now?.state, 'running');
  });

  it('refuses a bundle that is not the one that was offered', async () => {
    const { load, run, host } = harness(command('return 1;'), { sha256: '0'.repeat(64) });
    await load();
    await assert.rejects(run(), code('extension.crashed'));
    assert.equal((await firstValueFrom(host.statuses$))[0]?.state, 'failed');
  });

  it('takes a hub that is away for no fault of the extension, and fetches it again when it is next needed', async () => {
    const { load, run, host, settings, falls } = harness(command('return 1;'));
    await load();
    settings.hubAway = true;
    await assert.rejects(run(), code('hub.unreachable'));
    assert.equal((await firstValueFrom(host.statuses$))[0]?.state, 'idle');
    settings.hubAway = false;
    assert.equal(await run(), 1);
    assert.deepEqual(falls, []);
  });

  it('refuses a call whose capability the manifest does not ask for, and one that was not granted', async () => {
    const query = command("return latchkey.devices.query('');");
    const unasked = harness(query);
    await unasked.load();
    await assert.rejects(unasked.run(), {
      code: 'extension.capabilityMissing',
      args: { extension: 'acme', capability: 'devices:read' },
    });
    const narrowed = harness(query, { capabilities: ['devices:read'], granted: [] });
    await narrowed.load();
    await assert.rejects(narrowed.run(), code('extension.capabilityMissing'));
    const beyond = harness(query, { capabilities: [], granted: ['devices:read'] });
    await beyond.load();
    await assert.rejects(beyond.run(), code('extension.capabilityMissing'));
    assert.deepEqual([...unasked.asked, ...narrowed.asked, ...beyond.asked], []);
    const granted = harness(query, { capabilities: ['devices:read'] });
    await granted.load();
    assert.deepEqual(await granted.run(), []);
    assert.equal(granted.asked.length, 1);
  });

  it('refuses a message that breaks its contract, before any service sees it', async () => {
    const { load, run, asked } = harness(command("return latchkey.devices.rename('not an identifier', 'x');"), {
      capabilities: ['devices:write'],
    });
    await load();
    await assert.rejects(run(), code('rpc.invalidParams'));
    assert.deepEqual(asked, []);
  });

  it("lets an extension touch its own contributions alone: views, context keys and commands of others aren't", async () => {
    const { load, run, asked } = harness(
      command(`
        latchkey.views.refresh('devices'); latchkey.views.refresh('acme');
        latchkey.context.set('administrator', true); latchkey.context.set('acme.ready', true);
        try { latchkey.commands.register('device.rename', () => {}); } catch (error) { return error.message; }`),
    );
    await load();
    assert.match(String(await run()), /device\.rename/);
    await run().catch(() => {});
    const seen = asked.map(([name, first]) => [name, first]);
    assert.ok(seen.some(([name, first]) => name === 'refreshView' && first === 'acme'));
    assert.ok(seen.some(([name, first]) => name === 'setContext' && first === 'acme.ready'));
    assert.ok(!seen.some(([, first]) => first === 'devices' || first === 'administrator'));
  });

  it('lets no extension bury the person in questions', async () => {
    const { load, run } = harness(
      command(`
        const ask = () => latchkey.window.confirm({ message: 'sure?', action: 'Yes' });
        for (let i = 0; i < 10; i++) void ask();
        try { await ask(); } catch (error) { return error.code; }`),
    );
    await load();
    assert.equal(await run(), 'rpc.tooMany');
  });

  it('lets no extension bury the person in messages and pages, nor the workbench in context keys', async () => {
    const { load, run, asked } = harness(
      command(`
        const refused = {};
        const tried = async (name, times, call) => {
          for (let i = 0; i < times; i++) await call(i).catch(({ code }) => (refused[name] = code));
        };
        await tried('messages', 20, (i) => latchkey.window.showInformation('m' + i));
        await tried('pages', 20, (i) => latchkey.window.openPage({ id: 'p' + i, title: 'p', blocks: [] }));
        for (let i = 0; i < 1001; i++) latchkey.context.set('acme.k' + i, true);
        return refused;`),
    );
    await load();
    assert.deepEqual(await run(), { pages: 'rpc.tooMany' });
    const count = (name: string): number => asked.filter(([asked]) => asked === name).length;
    assert.equal(count('showMessage'), 20);
    assert.ok(count('openPage') >= 10 && count('openPage') < 20);
    assert.equal(count('setContext'), 1000);
  });

  it('passes progress on, and cancels', async () => {
    const { load, host } = harness(
      command(`
        context.progress({ fraction: 0.5 });
        await new Promise((done) => context.token.onCancellationRequested(done));
        return 'stopped';`),
    );
    await load();
    const source = new CancellationTokenSource();
    const reports: unknown[] = [];
    const answer = await host.executeCommand(
      'acme',
      'acme.run',
      {},
      {
        token: source.token,
        progress: (report) => {
          reports.push(report);
          source.cancel();
        },
      },
    );
    assert.equal(answer, 'stopped');
    assert.deepEqual(reports, [{ fraction: 0.5 }]);
  });

  it('sees a hung extension, fails what waits for it, and restarts it', async () => {
    const { load, run, state, falls } = harness(command('if (args.hang) for (;;); return 1;'), impatient);
    await load();
    assert.equal(await run(), 1);
    await assert.rejects(run('acme.run', { hang: true }), code('extension.notResponding'));
    assert.deepEqual(falls, [30]);
    await state('running');
    assert.equal(await run(), 1);
  });

  it('gives an extension up that falls again and again, with growing pauses, and restarts it by hand', async () => {
    const { load, run, state, falls, host } = harness(
      command('const all = []; if (args.eat) for (;;) all.push(new Array(1e6).fill(1)); return 1;'),
    );
    await load();
    for (let fall = 1; fall <= 3; fall++) {
      await assert.rejects(run('acme.run', { eat: true }), code('extension.crashed'));
    }
    assert.deepEqual(falls, [30, 60, null]);
    await state('failed');
    await assert.rejects(run(), code('extension.crashed'));
    await host.restart('acme');
    assert.equal(await run(), 1);
  });

  it('names an extension whose activation throws, and does not try it again by itself', async () => {
    const { load, run, host, falls } = harness("throw new Error('no licence');");
    await load();
    const failed = { code: 'extension.failed', args: { extension: 'acme', message: 'no licence' } };
    await assert.rejects(run(), failed);
    await assert.rejects(run(), failed);
    assert.deepEqual(falls, [null]);
    assert.equal((await firstValueFrom(host.statuses$))[0]?.state, 'failed');
  });

  it('hurts nobody else while one hangs: other calls go on, and a view of it fails alone', async () => {
    const { load, run, host } = harness(
      `${command('for (;;);')} latchkey.views.registerTree('acme', { children: () => [{ id: 'a', label: 'A' }] });`,
      impatient,
    );
    await load();
    assert.deepEqual(await host.treeChildren('acme', 'acme', null), [{ id: 'a', label: 'A', collapsible: 'none' }]);
    const hanging = assert.rejects(run(), code('extension.notResponding'));
    let hangs = true;
    void hanging.then(() => (hangs = false));
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(hangs, 'the host itself waits for nothing');
    await hanging;
  });

  it('tells a running extension of another language and of other settings', async () => {
    const { load, run, l10n, settings } = harness(
      command(
        "return [latchkey.l10n.t('title', { n: 1234 }), latchkey.l10n.language, latchkey.configuration.get('acme.colour')];",
      ),
    );
    await load();
    assert.deepEqual(await run(), ['Acme of 1,234', 'en', 'red']);
    l10n.setLanguage('de');
    settings.values = { 'acme.colour': 'blue' };
    settings.changes$.next();
    assert.deepEqual(await run(), ['Akme von 1.234', 'de', 'blue']);
  });
});
