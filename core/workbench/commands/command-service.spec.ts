import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectCode } from '#core/testing/workbench/expect-code.ts';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { makeTestWorkbench, testDevice, testGroup, until } from '#core/testing/workbench/test-workbench.ts';
import { CancellationTokenSource } from '#jsonrpc';
import { LatchkeyError } from '#protocol/errors.ts';
import type { CommandContribution } from '#protocol/manifest.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { NotificationService } from '../notifications/notification-service.ts';
import { InputBox } from '../quick-input/input-box.ts';
import { QuickPick } from '../quick-input/quick-pick.ts';
import { QuickInputService } from '../quick-input/quick-input-service.ts';
import { SelectionService } from '../selection/selection-service.ts';
import { CommandRegistry, type CommandBody } from './command-registry.ts';
import { CommandService } from './command-service.ts';

const rename: CommandContribution = {
  command: 'test.rename',
  title: '%rename%',
  effect: 'change',
  permission: 'device.rename',
  enablement: "device.presence != 'inSession'",
  disabledReasons: [{ when: "device.presence == 'inSession'", reason: '%busy%' }],
  arguments: {
    type: 'object',
    properties: {
      devices: { type: 'array', items: { type: 'string', format: 'latchkey-device' }, minItems: 1 },
      name: { type: 'string', minLength: 2 },
      group: { type: 'string', format: 'latchkey-group' },
      limit: { type: 'integer', maximum: 10, default: 7 },
    },
    required: ['devices', 'name'],
  },
};
const choose: CommandContribution = {
  command: 'test.pick',
  title: 'Pick',
  effect: 'read',
  arguments: {
    type: 'object',
    properties: {
      devices: { type: 'array', items: { type: 'string', format: 'latchkey-device' }, maxItems: 10, 'x-ask': true },
      one: { type: 'string', format: 'latchkey-device' },
    },
  },
};
const contributor = {
  id: 'test',
  localize: (text: string) => (text === '%rename%' ? 'Rename' : text === '%busy%' ? 'In use.' : text),
};
const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(16)) as [string, string, string];

async function setUp(body: CommandBody = (args) => args) {
  const hub = new ScriptedHub();
  hub.changes = () => ({
    position: { store: 's', scope: 'a', seq: 1 },
    reset: true,
    groups: [testGroup],
    devices: [
      testDevice('a', { nickname: 'Réception' }),
      testDevice('b', { nickname: 'twin' }),
      testDevice('c', { hostName: 'Twin' }),
    ],
    removed: [],
    more: false,
  });
  hub.presences = [[a, 'inSession', 0]];
  const workbench = await makeTestWorkbench({ hub });
  workbench.get(CommandRegistry).register(rename, contributor, body);
  workbench.get(CommandRegistry).register(choose, contributor, (args) => args);
  await workbench.goOnline();
  return { ...workbench, commands: workbench.get(CommandService) };
}
const cli = { source: 'cli' } as const;

describe('Commands (X3, X9)', () => {
  it('take names for identifiers, and fill in defaults', async () => {
    const { commands } = await setUp();
    const result = await commands.run('test.rename', { devices: 'pc-b', name: 'New', group: 'berlin' }, cli);
    assert.deepEqual(result, { devices: [b], name: 'New', group: testGroup.id, limit: 7 });
    const gap = await commands.run('test.rename', { devices: 'pc-b', name: 'New', group: undefined, limit: 3 }, cli);
    assert.deepEqual(gap, { devices: [b], name: 'New', limit: 3 });
  });

  it('refuse names of several devices, and of none', async () => {
    const { commands } = await setUp();
    await assert.rejects(
      commands.run('test.rename', { devices: ['TWIN'], name: 'xx' }, cli),
      (error: LatchkeyError) => {
        assert.deepEqual(error.toData(), { code: 'device.ambiguous', args: { name: 'TWIN', count: 2 } });
        return true;
      },
    );
    await assert.rejects(
      commands.run('test.rename', { devices: ['gone'], name: 'xx' }, cli),
      expectCode('device.notFound'),
    );
    await assert.rejects(
      commands.run('test.rename', { devices: [b], name: 'xx', group: 'Rome' }, cli),
      expectCode('group.notFound'),
    );
  });

  it('take a device query for the devices that it finds, and never a word for one', async () => {
    const { commands } = await setUp();
    const take = async (devices: unknown) =>
      (await commands.run('test.pick', { devices }, cli)) as { readonly devices: readonly string[] };
    assert.deepEqual((await take('name~twin')).devices.toSorted(), [b, c]);
    assert.deepEqual((await take(['name~twin is:offline', a])).devices.toSorted(), [a, b, c]);
    await assert.rejects(take('twi'), expectCode('device.notFound'));
    await assert.rejects(take('name~nobody'), expectCode('query.noDevice'));
    await assert.rejects(take('is:nowhere'), expectCode('query.invalid'));
    await assert.rejects(commands.run('test.pick', { one: 'name~twin' }, cli), expectCode('query.manyDevices'));
    assert.deepEqual(await commands.run('test.pick', { one: 'nickname:twin' }, cli), { one: b });
  });

  it('take what is selected where it is enough, and ask where it is not', async () => {
    const { commands, get } = await setUp();
    const devices = { type: 'array', items: { type: 'string', format: 'latchkey-device' }, minItems: 2 };
    const compare: CommandContribution = {
      command: 'test.compare',
      title: 'Compare',
      effect: 'read',
      arguments: { type: 'object', properties: { devices }, required: ['devices'] },
    };
    get(CommandRegistry).register(compare, contributor, (args) => args);
    const select = (devices: string[]): void =>
      get(SelectionService).set({ devices, groups: [], installers: [], sessions: [] });
    select([a, b]);
    assert.deepEqual(await commands.run('test.compare', {}, { source: 'palette' }), { devices: [a, b] });
    select([a]);
    const running = commands.run('test.compare', {}, { source: 'palette' });
    const pick = await until(get(QuickInputService).current$, (shown) => shown instanceof QuickPick);
    (pick as QuickPick).hide();
    await assert.rejects(running, expectCode('rpc.cancelled'));
  });

  it('say in plain words which argument is wrong and how', async () => {
    const { commands } = await setUp();
    const problem = async (args: Record<string, unknown>): Promise<unknown> => {
      const error = await commands
        .run('test.rename', { devices: [b], name: 'xx', ...args }, cli)
        .catch((caught) => caught);
      assert.ok(expectCode('command.invalidArguments')(error), String(error));
      return (error as LatchkeyError).args['problem'];
    };
    assert.equal(await problem({ name: 'x' }), '“name” needs at least 2 characters.');
    assert.equal(await problem({ limit: 11 }), '“limit” has to be 10 or less.');
    assert.equal(await problem({ limit: 'many' }), '“limit” has to be of the type integer.');
    assert.equal(await problem({ devices: [] }), '“devices” needs at least 1 entry.');
    assert.match(
      String(await problem({ colour: 'red' })),
      /no argument “colour”. Those there are: devices, name, group, limit/,
    );
    await assert.rejects(commands.run('test.rename', { name: 'xx' }, cli), expectCode('command.missingArgument'));
    await assert.rejects(commands.run('test.nothing', {}, cli), expectCode('command.unknown'));
  });

  it('are greyed out with the reason, by device and by permission (I6)', async () => {
    const { commands, hub, get } = await setUp();
    await assert.rejects(commands.run('test.rename', { devices: [a], name: 'xx' }, cli), (error: LatchkeyError) => {
      assert.deepEqual(error.toData(), { code: 'command.disabled', args: { command: 'Rename', reason: 'In use.' } });
      return true;
    });
    assert.deepEqual(commands.enablement('test.rename'), { enabled: true });
    hub.permissions = [{ permission: 'device.rename', allowed: false, decidedBy: 'account' }];
    const { PermissionService } = await import('../permissions/permission-service.ts');
    await get(PermissionService).load();
    const off = commands.enablement('test.rename');
    assert.ok(!off.enabled && /administrator/.test(off.reason));
    assert.equal(get(ContextKeyService).get('permission.device.rename'), false);
    await assert.rejects(
      commands.run('test.rename', { devices: [b], name: 'xx' }, cli),
      expectCode('command.disabled'),
    );
  });

  it('take what is selected and ask for the rest, with a way back', async () => {
    const { commands, get } = await setUp();
    const input = get(QuickInputService);
    const running = commands.run('test.rename', {}, { source: 'palette' });
    const pick = (await until(input.current$, (shown) => shown instanceof QuickPick)) as QuickPick;
    pick.setValue('recep');
    assert.deepEqual(
      pick.current.items.map(({ label }) => label),
      ['Réception'],
    );
    pick.setValue('pc-b');
    pick.toggle(b);
    pick.accept();
    const box = (await until(input.current$, (shown) => shown instanceof InputBox)) as InputBox;
    assert.deepEqual([box.current.step, box.current.totalSteps, box.current.canGoBack], [2, 2, true]);
    box.setValue('x');
    await box.accept();
    assert.equal(box.current.problem, '“name” needs at least 2 characters.');
    box.back();
    ((await until(input.current$, (shown) => shown instanceof QuickPick)) as QuickPick).accept(c);
    const again = (await until(input.current$, (shown) => shown instanceof InputBox)) as InputBox;
    again.setValue('Front');
    await again.accept();
    assert.deepEqual(await running, { devices: [c], name: 'Front', limit: 7 });
    assert.deepEqual(commands.recent, ['test.rename']);

    const all = commands.run('test.pick', {}, { source: 'palette' });
    const query = (await until(input.current$, (shown) => shown instanceof QuickPick)) as QuickPick;
    query.setValue('nam');
    const completes = query.current.items.findIndex(({ label }) => label === 'name:');
    assert.ok(completes >= 0);
    query.accept(query.current.items[completes]!.id);
    assert.equal(query.current.value, 'name:');
    assert.deepEqual(
      query.current.items.map(({ disabled }) => disabled),
      ['at character 1, “name” has no value.'],
      'while it cannot be understood no device is offered',
    );
    query.setValue('is:o');
    assert.deepEqual(
      query.current.items.map(({ completes }) => completes),
      ['is:online', 'is:offline'],
    );
    query.setValue('is:');
    assert.ok(query.current.items.some(({ completes }) => completes === 'is:asleep'));
    query.setValue('name~twin');
    assert.deepEqual(
      query.current.items.map(({ label }) => label),
      ['All 2 matching devices', 'twin', 'Twin'],
    );
    query.toggle(query.current.items[0]!.id);
    query.toggle(b);
    query.toggle(query.current.items[0]!.id);
    assert.deepEqual([...query.current.picked].toSorted(), [b, c]);
    assert.equal(query.isTicked(query.current.items[0]!), true);
    query.accept();
    assert.deepEqual(((await all) as { devices: string[] }).devices.toSorted(), [b, c]);

    get(SelectionService).set({ devices: [b] });
    const second = commands.run('test.rename', undefined, { source: 'key' });
    const only = (await until(input.current$, (shown) => shown instanceof InputBox)) as InputBox;
    only.hide();
    await assert.rejects(second, expectCode('rpc.cancelled'));
  });

  it('take the arguments of the tree node that they are run from', async () => {
    const { commands } = await setUp();
    const context = { devices: [b], name: 'from node', other: 1 };
    assert.deepEqual(await commands.run('test.rename', {}, { source: 'menu', context }), {
      devices: [b],
      name: 'from node',
      limit: 7,
    });
  });

  it('report progress, are cancelled, and show errors to people', async () => {
    const { commands, get } = await setUp(
      (_, { token, progress }) =>
        new Promise((_resolve, reject) => {
          token.onCancellationRequested(() => reject(new LatchkeyError('rpc.cancelled')));
          progress({ fraction: 0.5 });
        }),
    );
    const source = new CancellationTokenSource();
    const args = { devices: [b], name: 'xx' };
    const onProgress = ({ fraction }: { fraction?: number | undefined }) => fraction === 0.5 && source.cancel();
    await assert.rejects(
      commands.run('test.rename', args, { ...cli, token: source.token, onProgress }),
      expectCode('rpc.cancelled'),
    );
    await commands.runAndReport('test.nothing', {}, { source: 'menu' });
    const [shown] = await until(get(NotificationService).notifications$, (list) => list.length > 0);
    assert.match(shown!.message, /test\.nothing/);
  });

  it('tell that the hub is away until it is back', async () => {
    const { commands, hub, get } = await setUp(() => {
      throw new LatchkeyError('hub.unreachable', { url: 'https://hub.example', reason: 'gone' });
    });
    hub.refusal = new LatchkeyError('hub.unreachable', { url: hub.url, reason: 'gone' });
    hub.hangUp();
    await commands.runAndReport('test.rename', { devices: [b], name: 'xx' }, { source: 'menu' });
    const { notifications$ } = get(NotificationService);
    await until(notifications$, (list) => list.length === 1);
    hub.refusal = undefined;
    await until(notifications$, (list) => list.length === 0);
  });

  it('are declared once', async () => {
    const { get } = await setUp();
    assert.throws(
      () => get(CommandRegistry).register(rename, contributor, () => null),
      expectCode('extension.duplicate'),
    );
  });
});
