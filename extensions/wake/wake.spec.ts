import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maximumExtensionMessage } from '../../protocol/extension-host.ts';
import type { WakeRelay, WakeResult } from '../../protocol/api/index.ts';
import { recorded } from './recorded.ts';
import type { WakeSummary } from './wake-command.ts';

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
  const passwords: [string, string | null][] = [];
  let relays: readonly WakeRelay[] = [];
  const extension = recorded({
    kind,
    devices: {
      wake: async (_: string[], { progress }: { progress: (report: object) => void }) => {
        progress({ fraction: 0.5 });
        return results;
      },
      setWakePassword: async (id: string, password: string | null) => void passwords.push([id, password]),
      wakeRelays: async () => relays,
      setWakeRelays: async (wanted: WakeRelay[]) => void (relays = wanted),
    },
    window: { showInputBox: async () => typed },
  });
  return { ...extension, passwords, relays: () => relays };
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

  it('X9: 10,000 devices with the longest names there are fit the messages to the workbench', async () => {
    const long = (letter: string): string => letter.repeat(255);
    const results = Array.from({ length: 10_000 }, (_, index): WakeResult => ({
      device: String(index).padStart(16, 'a'),
      name: long('n'),
      state: 'noAnswer',
      sentBy: ['x', 'y', 'z'].map((letter) => ({ device: letter.repeat(16), name: long(letter) })),
      problem: { code: 'wake.noAnswer', args: { device: long('n'), subnet: '10.0.0.0/24', seconds: 120 } },
    }));
    const { run, pages } = harness({ results });
    const summary = (await run('device.wake', idsOf(results))) as WakeSummary;
    assert.equal(summary.devices.length, 10_000);
    for (const message of [summary, ...pages]) assert.ok(JSON.stringify(message).length < maximumExtensionMessage);
    const kept = harness({ results: results.slice(0, 9) });
    assert.equal(
      ((await kept.run('device.wake', idsOf(results.slice(0, 9)))) as WakeSummary).devices[0]?.name,
      long('n'),
    );
  });
});
