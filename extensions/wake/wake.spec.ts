import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { CommandContext, Latchkey, Page, WakeRelay, WakeResult } from '../../protocol/api/index.ts';
import { activate } from './extension.ts';
import type { WakeSummary } from './wake-command.ts';

const texts = JSON.parse(readFileSync(new URL('./package.nls.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;
const sender = { device: 'ssssssssssssssss', name: 'NEIGHBOUR' };

function result(letter: string, state: WakeResult['state'], code?: string): WakeResult {
  const name = `PC-${letter}`;
  return {
    device: letter.repeat(16),
    name,
    state,
    sentBy: ['awake', 'noAnswer', 'sent'].includes(state) ? [sender] : [],
    problem: code ? { code, args: { device: name, subnet: '10.0.0.0/24', seconds: 120 } } : null,
  };
}

/** The extension with an API that records; no process is crossed here. */
function harness({ results = [] as WakeResult[], kind = 'browser', typed = '' } = {}) {
  const pages: Page[] = [];
  const said: string[] = [];
  const passwords: [string, string | null][] = [];
  let relays: readonly WakeRelay[] = [];
  const bodies = new Map<string, (args: unknown, context: CommandContext) => unknown>();
  const say = async (message: string) => void said.push(message);
  void activate({
    commands: { register: (id: string, body: never) => (bodies.set(id, body), { dispose() {} }) },
    devices: {
      wake: async (_: string[], { progress }: CommandContext) => {
        progress({ fraction: 0.5 });
        return results;
      },
      setWakePassword: async (id: string, password: string | null) => void passwords.push([id, password]),
      wakeRelays: async () => relays,
      setWakeRelays: async (wanted: WakeRelay[]) => void (relays = wanted),
    },
    window: {
      openPage: async (page: Page) => void pages.push(page),
      updatePage: async (page: Page) => (pages.push(page), true),
      showInformation: say,
      showWarning: say,
      showInputBox: async () => typed,
    },
    l10n: {
      t: (key: string) => {
        assert.ok(texts[key], `no text ${key}`);
        return key;
      },
      language: 'en',
      describeProblem: async ({ code }: { code: string }) => code,
      onDidChange: () => ({ dispose() {} }),
    },
    log: { warn() {} },
    environment: { kind },
    subscriptions: [],
  } as unknown as Latchkey);
  const progress: unknown[] = [];
  const context = { token: {}, progress: (report: unknown) => progress.push(report) } as unknown as CommandContext;
  const run = async (command: string, args: unknown) => bodies.get(command)!(args, context);
  return { pages, said, passwords, progress, run, relays: () => relays };
}
const idsOf = (results: readonly WakeResult[]) => ({ devices: results.map(({ device }) => device) });

describe('wake (X6, X9)', () => {
  it('X6: one device: a message, progress, and the result as JSON', async () => {
    const results = [result('a', 'awake')];
    const { run, said, pages, progress } = harness({ results });
    assert.deepEqual(await run('device.wake', idsOf(results)), {
      awake: 1,
      noAnswer: 0,
      others: 0,
      devices: [{ id: 'a'.repeat(16), name: 'PC-a', state: 'awake', sentBy: ['NEIGHBOUR'], reason: null }],
    });
    assert.deepEqual([said, pages.length, progress.length], [['done.one'], 0, 1]);
  });

  it('X9: several: a page that has a row for each, those first that need somebody, and wakes these again', async () => {
    const results = [
      result('a', 'awake'),
      result('b', 'noAnswer', 'wake.noAnswer'),
      result('c', 'refused', 'wake.noSender'),
      result('d', 'failed', 'wake.sendFailed'),
    ];
    const { run, pages, said } = harness({ results });
    const summary = (await run('device.wake', idsOf(results))) as WakeSummary;
    assert.deepEqual([summary.awake, summary.noAnswer, summary.others], [1, 1, 2]);
    const blocks = pages.at(-1)!.blocks;
    const table = blocks.find((block) => block.kind === 'table');
    assert.deepEqual(
      table?.rows.map(({ cells }) => cells),
      [
        ['PC-d', 'state.failed', '', 'why.wake.sendFailed'],
        ['PC-c', 'state.refused', '', 'why.wake.noSender'],
        ['PC-b', 'state.noAnswer', 'NEIGHBOUR', 'why.wake.noAnswer'],
        ['PC-a', 'state.awake', 'NEIGHBOUR', ''],
      ],
    );
    const actions = blocks.find((block) => block.kind === 'actions');
    assert.deepEqual(actions?.actions[0]?.arguments, { devices: ['b'.repeat(16), 'd'.repeat(16)] });
    assert.deepEqual(said, ['done.some']);
  });

  it('X6: where nothing could be tried the command fails with the reason', async () => {
    const one = [result('a', 'refused', 'wake.noSender')];
    const first = harness({ results: one });
    await assert.rejects(first.run('device.wake', idsOf(one)), { message: 'wake.noSender' });
    assert.deepEqual(first.said, []);
    const two = [...one, result('b', 'refused', 'wake.noAddress')];
    await assert.rejects(harness({ results: two }).run('device.wake', idsOf(two)), { message: 'noneTried' });
  });

  it('X6: a SecureOn password is six bytes, empty takes it away, and headless nobody is asked', async () => {
    const devices = ['a'.repeat(16)];
    const { run, passwords } = harness({ typed: 'C0-FF-EE-00-00-01' });
    await run('device.setWakePassword', { devices });
    await run('device.setWakePassword', { devices, password: '' });
    assert.deepEqual(passwords, [
      [devices[0], 'c0:ff:ee:00:00:01'],
      [devices[0], null],
    ]);
    await assert.rejects(run('device.setWakePassword', { devices, password: 'secret' }), {
      message: 'password.invalid',
    });
    const headless = harness({ kind: 'headless' });
    await assert.rejects(headless.run('device.setWakePassword', { devices }), { message: 'password.missing' });
  });

  it('X6: how subnets are reached is written a line each; one that is not understood changes nothing', async () => {
    const { run, relays, pages } = harness();
    await run('wake.relays', {});
    assert.equal(pages[0]?.blocks[1]?.kind, 'form');
    await run('wake.setRelays', { relays: '192.168.7.0/24 via 10.1.0.0/16\n\n 192.168.8.0/24  via 10.1.0.0/16 ' });
    const set = [
      { subnet: '192.168.7.0/24', through: '10.1.0.0/16' },
      { subnet: '192.168.8.0/24', through: '10.1.0.0/16' },
    ];
    assert.deepEqual(relays(), set);
    await assert.rejects(run('wake.setRelays', { relays: '192.168.9.0/24' }), { message: 'relays.invalid' });
    assert.deepEqual(relays(), set);
  });
});
