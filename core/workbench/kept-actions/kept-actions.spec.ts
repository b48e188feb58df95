import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstValueFrom } from 'rxjs';
import { expectCode } from '#core/testing/workbench/expect-code.ts';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { makeTestWorkbench, testDevice, testGroup, until } from '#core/testing/workbench/test-workbench.ts';
import { deviceActionRequests, type DeviceActionResult, type DeviceJob } from '#protocol/device-actions.ts';
import type { Device } from '#protocol/devices.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { MemoryKeyValueStorage } from '../storage/workbench-storage.ts';
import { KeepingActions } from './keeping-actions.ts';
import { keptActionPage } from './kept-action-page.ts';
import { KeptActionReport } from './kept-action-report.ts';
import { KeptActions, type KeptOutcome } from './kept-actions.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { NotificationService } from '../notifications/notification-service.ts';

const till = { kind: 'rename', nickname: 'Till' } as const;

/** A hub with two devices that says what it is asked to do, and does it; and a workbench at it that has lost it. */
async function away(storage = new MemoryKeyValueStorage()) {
  const hub = new ScriptedHub();
  let devices: Device[] = [testDevice('a'), testDevice('b')];
  let seq = 1;
  const asked: { job: string; devices: readonly string[] }[] = [];
  let refusal: LatchkeyError | undefined;
  let failing: readonly string[] = [];
  hub.changes = () => ({
    ...{ position: { store: 's', scope: 'a', seq }, reset: true, groups: [testGroup], removed: [], more: false },
    devices,
  });
  hub.prepare = (rpc) => {
    const job = (id: string): DeviceJob => ({
      ...{
        id,
        action: till,
        undoes: null,
        retries: null,
        technician: { id: 't'.repeat(16), name: 'tess@example.com' },
      },
      ...{ createdAt: 0, finishedAt: 1, expiresAt: null, devices: 1, undoable: true },
      counts: { pending: 0, done: 1, failed: 0, queued: 0, cancelled: 0 },
    });
    rpc.handle(deviceActionRequests.start, (params) => {
      if (refusal) throw refusal;
      asked.push({ job: params.job, devices: params.devices });
      return job(params.job);
    });
    rpc.handle(deviceActionRequests.wait, (params) => job(params.job));
    rpc.handle(deviceActionRequests.results, (): DeviceActionResult[] =>
      (asked.at(-1)?.devices ?? []).map((device) => ({
        ...{ device, name: device, problem: null },
        state: failing.includes(device) ? 'failed' : 'done',
      })),
    );
  };
  const workbench = await makeTestWorkbench({ hub, storage, connection: { backOff: () => 5 } });
  const kept = workbench.get(KeptActions);
  const outcomes: KeptOutcome[] = [];
  kept.start((outcome) => void outcomes.push(outcome));
  const told = async (): Promise<void> => {
    for (let turn = 0; turn < 200 && outcomes.length === 0; turn++) await new Promise((r) => setTimeout(r, 10));
  };
  await workbench.goOnline();
  if (kept.all.length > 0) await told();
  hub.refusal = new LatchkeyError('hub.unreachable', { url: hub.url });
  hub.hangUp();
  await until(workbench.replica.state$, (state) => state === 'stale');
  return {
    ...workbench,
    ...{ hub, kept, asked, outcomes, storage, actions: workbench.get(KeepingActions) },
    change(letter: string, change: Partial<Device>) {
      devices = devices.map((each) => (each.id === letter.repeat(16) ? { ...each, ...change } : each));
      seq++;
    },
    refuse: (error: LatchkeyError) => void (refusal = error),
    fail: (...ids: string[]) => void (failing = ids),
    async back() {
      hub.refusal = undefined;
      workbench.connection.retry();
      await told();
      return outcomes[0]!;
    },
  };
}

describe('moves and renames while the hub is away', () => {
  it('X2 X3: are kept, over a reload too, and done once when it is back', async () => {
    const { actions, storage, kept } = await away();
    const { results } = await actions.act(till, ['a'.repeat(16)]);
    assert.equal(results[0]?.state, 'queued');
    assert.equal(kept.all.length, 1);
    const later = await away(storage);
    // The reload came with the hub still there: what was kept before is done, under the same number.
    assert.deepEqual(later.asked, [{ job: kept.all[0]!.id, devices: ['a'.repeat(16)] }]);
    assert.deepEqual(later.outcomes, [{ done: 1, undecided: 0, problem: undefined }]);
    assert.deepEqual(later.kept.all, []);
  });

  it('X3: leave a device alone that was changed meanwhile, and show both values', async () => {
    const { actions, kept, change, back, asked, replica, get } = await away();
    await actions.act(till, ['a'.repeat(16), 'b'.repeat(16)]);
    change('b', { nickname: 'Desk' });
    assert.deepEqual(await back(), { done: 1, undecided: 1, problem: undefined });
    assert.deepEqual(asked[0]?.devices, ['a'.repeat(16)]);
    const { blocks } = keptActionPage(kept.all, replica, get(LocalizationService));
    const table = blocks.find((block) => block.kind === 'table');
    assert.deepEqual(table?.kind === 'table' && table.rows.map(({ cells }) => cells), [
      ['pc-b', 'pc-b', 'Desk', 'Till'],
    ]);
    await kept.insist(kept.all[0]!.id);
    assert.deepEqual(asked[1]?.devices, ['b'.repeat(16)]);
    assert.deepEqual(kept.all, []);
  });

  it('X3: ask nothing of a device that is as wanted already', async () => {
    const { actions, change, back, asked, kept } = await away();
    await actions.act(till, ['a'.repeat(16)]);
    change('a', { nickname: 'Till' });
    assert.deepEqual(await back(), { done: 0, undecided: 0, problem: undefined });
    assert.deepEqual(asked, []);
    assert.deepEqual(kept.all, []);
  });

  it('X2: lose nothing where the hub refuses, as a whole or for one device', async () => {
    const whole = await away();
    await whole.actions.act(till, ['a'.repeat(16)]);
    whole.refuse(new LatchkeyError('permission.switchedOff', { permission: 'device.rename' }));
    assert.equal((await whole.back()).problem?.code, 'permission.switchedOff');
    assert.equal(whole.kept.all[0]?.undecided, true);
    const one = await away();
    await one.actions.act(till, ['a'.repeat(16), 'b'.repeat(16)]);
    one.fail('b'.repeat(16));
    assert.deepEqual(await one.back(), { done: 1, undecided: 1, problem: undefined });
    assert.deepEqual(
      one.kept.all[0]?.devices.map(({ id }) => id),
      ['b'.repeat(16)],
    );
  });

  it('X9: are told to the person, who can drop them; a device that nobody knows is refused at once', async () => {
    const { actions, kept, get } = await away();
    const report = get(KeptActionReport);
    await actions.act(till, ['a'.repeat(16)]);
    const [told] = await firstValueFrom(get(NotificationService).notifications$);
    assert.match(told?.message ?? '', /The new name of “pc-a” waits/);
    report.show();
    kept.drop(kept.all[0]!.id);
    assert.deepEqual(kept.all, []);
    await assert.rejects(actions.act(till, ['z'.repeat(16)]), expectCode('device.notFound'));
    for (let made = 0; made < 20; made++) await actions.act(till, ['a'.repeat(16)]);
    await assert.rejects(actions.act(till, ['a'.repeat(16)]), expectCode('keptAction.tooMany'));
  });
});
