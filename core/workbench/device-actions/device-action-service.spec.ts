import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CancellationTokenSource } from '#jsonrpc';
import { makeTestWorkbench, testDevice, testGroup, until } from '#core/testing/workbench/test-workbench.ts';
import { deviceActionRequests, type DeviceJob } from '#protocol/device-actions.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { EditorService } from '../editors/editor-service.ts';
import { NotificationService } from '../notifications/notification-service.ts';
import { DeviceActionReport } from './device-action-report.ts';
import { DeviceActionService } from './device-action-service.ts';

const [one, two] = [testDevice('a'), testDevice('b')];
const action = { kind: 'rename', nickname: 'Till' } as const;
const jobOf = (id: string, change: Partial<DeviceJob> = {}): DeviceJob => ({
  ...{ id, action, undoes: null, retries: null, technician: { id: 't'.repeat(16), name: 'tess@example.com' } },
  ...{ createdAt: 0, finishedAt: 1, expiresAt: null, devices: 2, undoable: true },
  counts: { pending: 0, done: 1, failed: 1, queued: 0, cancelled: 0 },
  ...change,
});

/** A workbench at a hub whose jobs end as soon as somebody says so. */
async function online() {
  const workbench = await makeTestWorkbench();
  const heard: [string, string][] = [];
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  workbench.hub.changes = () => ({
    ...{ position: { store: 's', scope: 'a', seq: 1 }, reset: true, groups: [testGroup], removed: [], more: false },
    devices: [one, two],
  });
  workbench.hub.prepare = (rpc) => {
    rpc.handle(deviceActionRequests.start, ({ job }) => {
      heard.push(['start', job]);
      return jobOf(job);
    });
    rpc.handle(deviceActionRequests.undo, ({ job, of }) => (heard.push(['undo', of]), jobOf(job, { undoable: false })));
    rpc.handle(deviceActionRequests.cancel, ({ job }) => (heard.push(['cancel', job]), end(), jobOf(job)));
    rpc.handle(deviceActionRequests.wait, async ({ job }) => {
      await ended;
      return jobOf(job, { undoable: heard.every(([what]) => what !== 'undo') });
    });
    rpc.handle(deviceActionRequests.results, () => [
      { device: one.id, name: 'One', state: 'done' as const, problem: null },
      {
        device: two.id,
        name: '',
        state: 'failed' as const,
        problem: { code: 'device.notFound', args: { device: two.id } },
      },
    ]);
  };
  await workbench.goOnline();
  return { ...workbench, heard, end, actions: workbench.get(DeviceActionService) };
}

describe('Actions on devices, as the workbench asks for them', () => {
  it('X9: waits for what becomes of each device, and knows what can be taken back', async () => {
    const { actions, end, heard, get } = await online();
    end();
    const { job, results } = await actions.act(action, [one.id, two.id]);
    assert.deepEqual(heard, [['start', job.id]]);
    assert.deepEqual(
      results.map(({ state }) => state),
      ['done', 'failed'],
    );
    assert.equal(actions.lastUndoable, job.id);
    assert.equal(get(ContextKeyService).get('deviceActions.undoable'), true);
    await actions.undo(job.id);
    assert.deepEqual(heard.at(-1), ['undo', job.id]);
    assert.equal(actions.lastUndoable, undefined);
  });

  it('X9: cancelled, it stops what has not happened, and answers what has', async () => {
    const { actions, heard } = await online();
    const source = new CancellationTokenSource();
    const acting = actions.act(action, [one.id, two.id], { token: source.token });
    setTimeout(() => source.cancel(), 5);
    const { job } = await acting;
    assert.deepEqual(heard, [
      ['start', job.id],
      ['cancel', job.id],
    ]);
  });

  it('X9: tells how many it were, and shows on a page what became of each, failures first', async () => {
    const { actions, end, get } = await online();
    end();
    const outcome = await actions.act(action, [one.id, two.id]);
    get(DeviceActionReport).tell(outcome);
    const [shown] = await until(get(NotificationService).notifications$, (list) => list.length > 0);
    assert.equal(shown?.message, '1 device was renamed. 1 device failed.');
    assert.deepEqual(
      shown?.actions.map(({ id }) => id),
      ['undo', 'show'],
    );
    get(DeviceActionReport).show(outcome);
    const tab = await until(get(EditorService).active$, (active) => active !== undefined);
    const { blocks } = tab!.data as { blocks: { kind: string; rows?: { cells: string[]; device: string }[] }[] };
    const table = blocks.find(({ kind }) => kind === 'table');
    assert.deepEqual(
      table?.rows?.map(({ device }) => device),
      [two.id, one.id],
    );
    assert.match(table?.rows?.[0]?.cells[2] ?? '', /no device/);
  });
});
