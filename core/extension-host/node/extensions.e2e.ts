import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { before, describe, it } from 'node:test';
import { Container } from 'inversify';
import { TokenSocketOpener } from '#core/cli/token-socket-opener.ts';
import { until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { newFacts, openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub, type TestHub } from '#core/testing/test-hub.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { NoReplicaStorage } from '#core/workbench/devices/replica-storage.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { ExtensionContributions } from '#core/workbench/extensions/extension-contributions.ts';
import { ExtensionRegistry } from '#core/workbench/extensions/extension-registry.ts';
import { WalkthroughRegistry } from '#core/workbench/extensions/walkthrough-registry.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { MemoryKeyValueStorage, type KeyValueStorage } from '#core/workbench/storage/workbench-storage.ts';
import { ViewRegistry } from '#core/workbench/views/view-registry.ts';
import { workbenchModules } from '#core/workbench/workbench-modules.ts';
import { tokenRequests } from '#protocol/accounts.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { endpointWakeRequests } from '#protocol/wake.ts';
import { buildExtensions } from '../build/build-extensions.mjs';
import { buildChild } from '../build/extension-host-texts.mjs';
import { ExtensionHost } from '../common/extension-host.ts';
import { extensionHostModule } from '../extension-host.module.ts';
import { ChildProcessRunner } from './child-process-runner.ts';
import { headlessPlatform } from './headless-platform.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** An extension that nobody here has heard of, as a person would write it. */
const acme = {
  'package.json': JSON.stringify({
    name: 'acme',
    displayName: '%title%',
    version: '1.0.0',
    publisher: 'acme',
    engines: { latchkey: '*' },
    capabilities: ['devices:read'],
    contributes: {
      commands: [
        {
          command: 'acme.count',
          title: '%title%',
          arguments: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
        },
      ],
      viewsContainers: { activitybar: [{ id: 'acme', title: '%title%', icon: 'beaker' }] },
      views: { acme: [{ id: 'acme', name: '%title%' }] },
    },
  }),
  'package.nls.json': '{"title":"Count devices"}',
  'package.nls.de.json': '{"title":"Geräte zählen"}',
  'extension.ts': `
    export const activate = ({ commands, devices, views }) => {
      commands.register('acme.count', async ({ query }) => ({ count: (await devices.query(query)).length }));
      views.registerTree('acme', { children: () => [{ id: 'a', label: 'A' }] });
    };`,
};

describe('Extensions, from a folder to a command that runs', () => {
  let hub: TestHub;
  let workbench: Container;
  let adminCookie = '';
  let token = '';
  const storage = new MemoryKeyValueStorage();
  const folder = temporaryFolder();

  before(async () => {
    const sources = join(folder, 'sources');
    mkdirSync(join(sources, 'acme'), { recursive: true });
    for (const [file, text] of Object.entries(acme)) writeFileSync(join(sources, 'acme', file), text);
    const built = join(folder, 'built');
    // Those of the project, and the one that was dropped in.
    await buildExtensions({
      extensionsFile: join(root, 'extensions.json'),
      folder: join(root, 'extensions'),
      out: built,
    });
    writeFileSync(join(sources, 'extensions.json'), '{ "extensions": ["acme"] }');
    const own = await buildExtensions({
      extensionsFile: join(sources, 'extensions.json'),
      folder: sources,
      out: join(folder, 'own'),
    });
    assert.deepEqual(own.problems, []);
    cpSync(join(folder, 'own/acme'), join(built, 'acme'), { recursive: true });
    writeFileSync(join(built, 'extensions.json'), '{ "extensions": ["rename", "endpoint-installer", "wake", "acme"] }');
    await buildChild(join(folder, 'child.cjs'));

    hub = await startTestHub({ extensionsRoot: built });
    adminCookie = await hub.signIn();
    const admin = await hub.workbench({ cookie: adminCookie });
    await admin.rpc.request(groupRequests.create, { name: 'Berlin' });
    token = (await admin.rpc.request(tokenRequests.create, { name: 'test', expiresAt: null })).secret;
    workbench = await open(storage);
  });

  async function open(kept: KeyValueStorage): Promise<Container> {
    const get = (path: string): Promise<Response> =>
      fetch(new URL(path, hub.url), { headers: { authorization: `Bearer ${token}` } });
    const container = new Container();
    container.load(
      ...workbenchModules({
        opener: new TokenSocketOpener({ url: hub.url, token }),
        replicaStorage: new NoReplicaStorage(),
        storage: kept,
        platform: { mac: false },
      }),
      extensionHostModule(new ChildProcessRunner({ bootstrap: join(folder, 'child.cjs') }), headlessPlatform(get)),
    );
    whenDone(() => {
      container.get(ExtensionHost).dispose();
      container.get(DeviceReplica).dispose();
      container.get(HubConnection).dispose();
    });
    container.get(ExtensionRegistry).start();
    container.get(ExtensionHost).start();
    container.get(ExtensionContributions).start();
    container.get(DeviceReplica).start();
    container.get(HubConnection).start();
    await container.get(DeviceReplica).whenLive();
    await container.get(ExtensionRegistry).load();
    assert.deepEqual(container.get(ExtensionRegistry).current.problems, []);
    return container;
  }
  const run = (command: string, args: Record<string, unknown>): Promise<unknown> =>
    workbench.get(CommandService).run(command, args, { source: 'cli' });
  const groupId = (): string => workbench.get(DeviceReplica).groups()[0]!.id;

  it('loads the extensions of this project, and one that was dropped in as a folder, without a problem', () => {
    const { extensions, problems } = workbench.get(ExtensionRegistry).current;
    assert.deepEqual(problems, []);
    assert.deepEqual(
      extensions.map(({ name }) => name),
      ['rename', 'endpoint-installer', 'wake', 'acme'],
    );
  });

  it('runs a command of the one that was dropped in, and draws its view in the language of now', async () => {
    assert.deepEqual(await run('acme.count', { query: '' }), { count: 0 });
    await assert.rejects(run('acme.count', { query: 1 }), { code: 'command.invalidArguments' });
    const views = workbench.get(ViewRegistry);
    assert.deepEqual(await views.source('acme')?.children(null), [{ id: 'a', label: 'A', collapsible: 'none' }]);
    const l10n = workbench.get(LocalizationService);
    assert.equal(views.view('acme')?.name, 'Count devices');
    l10n.setLanguage('de');
    assert.equal(views.view('acme')?.name, 'Geräte zählen');
    l10n.setLanguage('en');
  });

  it('I2: generates an installer and answers exactly what programs rely on', async () => {
    const made = (await run('installer.generate', { group: 'Berlin', limit: 3, expires: '30d' })) as Record<
      string,
      unknown
    >;
    assert.deepEqual(Object.keys(made), ['id', 'token', 'group', 'limit', 'used', 'expires', 'file', 'sha256']);
    assert.equal(made['group'], groupId());
    assert.deepEqual([made['limit'], made['used'], made['file'], made['sha256']], [3, 0, null, null]);
    const days = (Date.parse(String(made['expires'])) - Date.now()) / 86_400_000;
    assert.ok(days > 29.9 && days <= 30);
    const [walkthrough] = workbench.get(WalkthroughRegistry).all();
    assert.deepEqual(
      walkthrough?.steps.map(({ done }) => done),
      [true, false, false],
    );
    const listed = await workbench.get(HubConnection).request(installerRequests.list, {});
    assert.deepEqual(
      listed.map(({ id }) => id),
      [made['id']],
    );
  });

  it('I1: takes the only group there is where none is named', async () => {
    const made = (await run('installer.generate', {})) as { group: string; expires: string | null };
    assert.equal(made.group, groupId());
    assert.equal(made.expires, null);
  });

  it('refuses what cannot be, before an installer is made', async () => {
    const before = await workbench.get(HubConnection).request(installerRequests.list, {});
    for (const args of [
      { expires: '2001-01-01' },
      { output: '/tmp/x.zip' },
      { expires: 'soon' },
      { limit: 5001 },
      { group: 'Paris' },
    ]) {
      await assert.rejects(run('installer.generate', args));
    }
    const after = await workbench.get(HubConnection).request(installerRequests.list, {});
    assert.equal(after.length, before.length);
  });

  it('X3: renames a computer that has joined by the installer, and gives its own name back', async () => {
    const made = (await run('installer.generate', { group: 'Berlin' })) as { token: string };
    const endpoint = await openEndpoint(hub, { token: made.token });
    const replica = workbench.get(DeviceReplica);
    await until(() => replica.size === 1);
    const { hostName } = endpoint.facts;
    const renamed = (await run('device.rename', { devices: [hostName], name: 'Front desk' })) as { id: string };
    assert.deepEqual(renamed, { id: renamed.id, name: 'Front desk', nickname: 'Front desk', hostName });
    await until(() => replica.get(renamed.id)?.name === 'Front desk');
    await run('device.rename', { devices: ['Front desk'], name: '' });
    await until(() => replica.get(renamed.id)?.name === hostName);
    await assert.rejects(run('device.rename', { devices: [hostName] }), { code: 'extension.failed' });
    await assert.rejects(run('device.rename', { devices: ['nobody'], name: 'x' }), { code: 'device.notFound' });
  });

  it('lists installers by group, and shows one with its formats and ledger (I3, G6)', async () => {
    const [group] = (await workbench.get(ViewRegistry).source('installers')?.children(null)) ?? [];
    assert.equal(group?.label, 'Berlin');
    const installers = (await workbench.get(ViewRegistry).source('installers')?.children(group!.id)) ?? [];
    assert.ok(installers.length >= 3);
    await run('installer.open', { installer: installers[0]!.arguments!['installer'] });
    const page = workbench.get(EditorService).activeTab?.data as { blocks: { kind: string; actions?: unknown[] }[] };
    const downloads = page.blocks.find(({ kind }) => kind === 'actions')?.actions as {
      disabled?: string;
      description: string;
    }[];
    // Five formats, and the package that a roll-out is tried with.
    assert.equal(downloads.length, 6);
    for (const { description } of downloads) assert.ok(description.length > 10);
    assert.ok(page.blocks.some(({ kind }) => kind === 'table'));
  });

  it('revokes an installer', async () => {
    const made = (await run('installer.generate', { name: 'Gone' })) as { id: string };
    assert.deepEqual(await run('installer.revoke', { installer: 'Gone' }), { id: made.id, state: 'revoked' });
  });

  it('opens with the extensions of the last time, before the hub answers', () => {
    const container = new Container();
    container.load(
      ...workbenchModules({
        opener: { url: 'http://127.0.0.1:1', open: () => new Promise(() => {}) },
        replicaStorage: new NoReplicaStorage(),
        storage,
        platform: { mac: false },
      }),
      extensionHostModule(
        { start: () => assert.fail('nothing is started') },
        headlessPlatform(() => assert.fail()),
      ),
    );
    container.get(ExtensionRegistry).start();
    container.get(ExtensionContributions).start();
    assert.equal(container.get(ExtensionRegistry).current.extensions.length, 4);
    assert.equal(container.get(ViewRegistry).view('installers')?.name, 'Installers');
  });

  it('I6: switched off, the commands are greyed out with the reason', async () => {
    const admin = await hub.workbench({ cookie: adminCookie });
    await admin.rpc.request(permissionRequests.set, { permission: 'method.endpointInstaller', allowed: false });
    const commands = workbench.get(CommandService);
    await until(() => !commands.enablement('installer.generate').enabled);
    for (const id of ['installer.generate', 'installer.download', 'installer.revoke']) {
      const enablement = commands.enablement(id);
      assert.ok(!enablement.enabled && enablement.reason.length > 20);
    }
    await assert.rejects(run('installer.generate', {}), { code: 'command.disabled' });
    await admin.rpc.request(permissionRequests.set, { permission: 'method.endpointInstaller', allowed: null });
    await until(() => commands.enablement('installer.generate').enabled);
  });

  it('X6: wakes a computer by a neighbour, and says so as JSON once it has checked in', async () => {
    const made = (await run('installer.generate', { group: 'Berlin' })) as { token: string };
    const [sleeper, neighbour] = [{ ...newFacts(), hostName: 'SLEEPER' }, newFacts()].map((facts, index) => ({
      ...facts,
      interfaces: [{ ...facts.interfaces[0]!, name: 'eth0', addresses: [`10.214.0.${index + 1}/24`] }],
    }));
    const { keys, conversation, standing } = await openEndpoint(hub, { token: made.token, facts: sleeper! });
    const awake = await openEndpoint(hub, { token: made.token, facts: neighbour! });
    const replica = workbench.get(DeviceReplica);
    const presence = () => replica.get(standing.device)?.presence;
    await until(() => presence() === 'online');
    await assert.rejects(run('device.wake', { devices: ['SLEEPER'] }), { code: 'command.disabled' });
    conversation.socket.terminate();
    await until(() => presence() === 'offline');
    awake.conversation.rpc.handle(endpointWakeRequests.send, async ({ targets }) => {
      assert.deepEqual(targets, [{ mac: sleeper!.interfaces[0]!.mac, password: null }]);
      await openEndpoint(hub, { keys, facts: sleeper!, hubKey: made.token.split('.')[3]! });
      return { packets: 6 };
    });
    const answer = (await run('device.wake', { devices: ['SLEEPER'] })) as { awake: number; devices: object[] };
    const [device] = answer.devices as { id: string }[];
    assert.deepEqual(answer, {
      awake: 1,
      noAnswer: 0,
      others: 0,
      devices: [{ id: device!.id, name: 'SLEEPER', state: 'awake', sentBy: [awake.facts.hostName], reason: null }],
    });
  });
});
