import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KeptWake, Page, WakeSchedule } from '../../protocol/api/index.ts';
import { recorded } from './recorded.ts';

const [mornings, berlin, device] = ['m', 'b', 'd'].map((letter) => letter.repeat(16)) as [string, string, string];
const counts = { awake: 1, online: 2, noAnswer: 1, failed: 0 };
const wake: KeptWake = {
  ...{ id: 'w'.repeat(16), schedule: mornings, technician: 'a@example.com', at: 5, finishedAt: 6, state: 'done' },
  ...{ problem: null, counts, progress: null },
};
const schedule: WakeSchedule = {
  ...{ id: mornings, name: 'Mornings', devices: [device], groups: [berlin], days: ['monday'], time: '07:00' },
  ...{ zone: 'Europe/Berlin', enabled: true, technician: { id: 't'.repeat(16), name: 'a@example.com' } },
  ...{ createdAt: 1, nextAt: 10, last: wake },
};

/** The extension with an API that records. */
function harness({
  kind = 'browser',
  schedules = [schedule],
  confirms = true,
  picked,
}: { kind?: string; schedules?: WakeSchedule[]; confirms?: boolean; picked?: string } = {}) {
  const saved: [unknown, string | undefined][] = [];
  const deleted: string[] = [];
  const wakes = [wake];
  let changed = (): void => {};
  const extension = recorded({
    kind,
    devices: {
      get: async (id: string) => ({ id, name: 'PC' }),
      wakeSchedules: {
        list: async () => schedules,
        save: async (wanted: object, id?: string) => (saved.push([wanted, id]), { ...schedule, ...wanted }),
        delete: async (id: string) => void deleted.push(id),
        history: async () => wakes,
        results: async (_: string, after: number) => ({
          results: [
            { device, name: 'PC', state: 'noAnswer', sentBy: [], problem: { code: 'wake.noAnswer', args: {} } },
          ],
          next: after === 0 ? 1 : null,
        }),
        onDidChange: (listener: () => void) => ((changed = listener), { dispose() {} }),
      },
    },
    window: { confirm: async () => confirms, showQuickPick: async () => picked },
  });
  return { ...extension, saved, deleted, wakes, changed: () => changed() };
}
const formOf = ({ blocks }: Page) => blocks.find((block) => block.kind === 'form')!;

describe('wake schedules (X6)', () => {
  it('X6: without a time a page asks for all of it, and what it saves never takes devices from the tree', async () => {
    const { run, pages, saved } = harness();
    assert.equal(await run('wake.addSchedule', { devices: [], groups: [berlin] }), null);
    const form = formOf(pages[0]!);
    assert.deepEqual([form.submit.command, form.submit.arguments], ['wake.addSchedule', { devices: [] }]);
    assert.deepEqual(form.fields.map(({ id, value }) => [id, value]).slice(0, 4), [
      ['name', ''],
      ['groups', [berlin]],
      ['days', ['monday', 'tuesday', 'wednesday', 'thursday', 'friday']],
      ['time', '07:00'],
    ]);
    assert.deepEqual(saved, []);
  });

  it('X6: with name and time it is saved, Monday to Friday where the person is, unless told', async () => {
    const { run, saved, closed, pages } = harness();
    await run('wake.addSchedule', { name: 'Mornings', time: '07:00', groups: [berlin] });
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
    const wanted = { name: 'Mornings', time: '07:00', devices: [], groups: [berlin], days, zone, enabled: true };
    assert.deepEqual(saved, [[wanted, undefined]]);
    assert.ok(closed.includes('schedule-form-new'));
    assert.equal(pages.at(-1)?.id, 'schedules');
  });

  it('X6: one is changed by name, what is not given stays; headless nobody is asked', async () => {
    const { run, saved } = harness({ kind: 'headless' });
    await run('wake.changeSchedule', { schedule: 'mornings', time: '08:30', enabled: false });
    const { name, devices, groups, days, zone } = schedule;
    assert.deepEqual(saved, [[{ name, time: '08:30', devices, groups, days, zone, enabled: false }, mornings]]);
    await assert.rejects(run('wake.addSchedule', { groups: [berlin] }), { message: 'schedule.missing' });
    await assert.rejects(run('wake.changeSchedule', { schedule: 'none' }), { message: 'schedule.unknown' });
  });

  it('X6: two of one name are told apart by their identifiers', async () => {
    const other = { ...schedule, id: 'o'.repeat(16) };
    const { run, deleted } = harness({ schedules: [schedule, other] });
    await assert.rejects(run('wake.deleteSchedule', { schedule: 'Mornings' }), { message: 'schedule.ambiguous' });
    await run('wake.deleteSchedule', { schedule: other.id });
    assert.deepEqual(deleted, [other.id]);
    const refusing = harness({ confirms: false });
    assert.equal(await refusing.run('wake.deleteSchedule', { schedule: mornings }), null);
    assert.deepEqual(refusing.deleted, []);
  });

  it('X6: which one is picked where none is named; a program is told the names', async () => {
    const other = { ...schedule, id: 'o'.repeat(16), name: 'Evenings' };
    const schedules = [schedule, other];
    const { run, deleted } = harness({ schedules, picked: other.id });
    await run('wake.deleteSchedule', {});
    assert.deepEqual(deleted, [other.id]);
    const givingUp = harness({ schedules });
    assert.equal(await givingUp.run('wake.deleteSchedule', {}), null);
    assert.deepEqual(givingUp.deleted, []);
    const program = harness({ kind: 'headless', schedules, picked: other.id });
    await assert.rejects(program.run('wake.deleteSchedule', {}), { message: 'schedule.nameOne' });
    await assert.rejects(harness({ schedules: [] }).run('wake.showSchedule', {}), { message: 'schedule.noneYet' });
    assert.deepEqual(program.deleted, []);
  });

  it('X6: shows what one did, and what became of each device, however many parts that has', async () => {
    const { run, pages } = harness();
    const { history } = (await run('wake.showSchedule', { schedule: mornings })) as { history: unknown[] };
    assert.deepEqual(history, [{ at: 5, state: 'done', ...counts }]);
    const actions = pages[0]!.blocks.find((block) => block.kind === 'actions')!;
    assert.deepEqual(
      actions.actions.map(({ command }) => command),
      ['wake.editSchedule', 'wake.showResults', 'wake.deleteSchedule', 'wake.schedules'],
    );
    const results = (await run('wake.showResults', { wake: wake.id })) as unknown[];
    assert.equal(results.length, 2);
    const table = pages.at(-1)!.blocks.find((block) => block.kind === 'table')!;
    assert.deepEqual(table.rows[0]?.cells, ['PC', 'state.noAnswer', '', 'why.wake.noAnswer']);
  });

  it('X6: what is open is drawn anew while a wake goes on, until it is closed', async () => {
    const { run, pages, closed, wakes, changed } = harness();
    await run('wake.showSchedule', { schedule: mornings });
    const cellsOf = (page: Page) => page.blocks.find((block) => block.kind === 'table')!.rows[0]?.cells;
    assert.deepEqual(cellsOf(pages[0]!)?.slice(1, 3), ['schedule.state.done', 'schedule.counts']);
    wakes[0] = { ...wake, state: 'running', finishedAt: null, progress: { settled: 3, devices: 8 } };
    changed();
    changed();
    await new Promise(setImmediate);
    assert.equal(pages.length, 2, 'changes that come together are one');
    assert.deepEqual(cellsOf(pages[1]!)?.slice(1, 3), ['schedule.state.running', 'progress']);
    closed.push(pages[1]!.id);
    for (let turn = 0; turn < 3; turn++) {
      changed();
      await new Promise(setImmediate);
    }
    assert.equal(pages.length, 3, 'asked once more, and then left alone');
  });
});
