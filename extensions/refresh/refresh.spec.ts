import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CommandContext, Device, DeviceAction, Latchkey, QueuedAction } from '../../protocol/api/index.ts';
import { callDevices } from './call-devices.ts';
import { QueuePage } from './queue-page.ts';

const device = (id: string, presence: Device['presence']): Device =>
  ({ id: id.repeat(16), name: id.toUpperCase(), presence }) as Device;
const [online, offline, busy] = [device('a', 'online'), device('b', 'offline'), device('c', 'inSession')];
const all = [online, offline, busy];
const counts = { pending: 0, done: 1, failed: 0, queued: 1, cancelled: 0 };

/** The extension with an API that records; no process is crossed here. */
function harness(options: { picked?: string; confirmed?: boolean; headless?: boolean } = {}) {
  const acted: DeviceAction[] = [];
  const asked: string[] = [];
  const pages: unknown[] = [];
  const api = {
    environment: { kind: options.headless ? 'headless' : 'browser' },
    l10n: { t: (key: string, args?: object) => `${key} ${JSON.stringify(args ?? {})}`, language: 'en' },
    devices: {
      get: async (id: string) => all.find((each) => each.id === id),
      query: async () => all,
      act: async (action: DeviceAction) => (acted.push(action), { job: { id: 'j', counts }, results: [] }),
      queued: async () => ({ actions: waiting, total: waiting.length }),
    },
    window: {
      confirm: async ({ message, detail }: { message: string; detail: string }) => {
        asked.push(`${message} ${detail}`);
        return options.confirmed ?? false;
      },
      showQuickPick: async ({ title, items }: { title: string; items: { id: string }[] }) => {
        asked.push(`${title} ${items.map(({ id }) => id).join()}`);
        return options.picked;
      },
      openPage: async (page: unknown) => void pages.push(page),
    },
  } as unknown as Latchkey;
  return { api, acted, asked, pages };
}
const waiting = [
  {
    ...{ job: 'j'.repeat(16), device: offline.id, name: 'B', kind: 'reset', queuedAt: 0, expiresAt: 1 },
    ...{ technician: { id: 't'.repeat(16), name: 'tess@example.com' }, cancellable: false },
  },
] satisfies QueuedAction[];
const context = {} as CommandContext;

describe('refresh and reset (X4)', () => {
  it('X4: devices that are online are refreshed without a question', async () => {
    const { api, acted, asked } = harness();
    await callDevices(api, 'refresh', { devices: [online.id, busy.id] }, context);
    assert.deepEqual([acted, asked], [[{ kind: 'refresh' }], []]);
  });

  it('X4: asks what becomes of those that are offline, by name, and waits as long as was chosen', async () => {
    const { api, acted, asked } = harness({ picked: '24' });
    await callDevices(api, 'refresh', { devices: [online.id, offline.id] }, context);
    assert.deepEqual(acted, [{ kind: 'refresh', whenOnline: { seconds: 86_400 } }]);
    assert.deepEqual(asked, ['refresh.offlineOne {"name":"B"} 24,168,720,0']);
  });

  it('X4: leaves out those that are offline, or does nothing, where that is wanted', async () => {
    const without = harness({ picked: '0' });
    await callDevices(without.api, 'refresh', { devices: [online.id, offline.id] }, context);
    assert.deepEqual(without.acted, [{ kind: 'refresh' }]);
    const none = harness();
    assert.equal(await callDevices(none.api, 'refresh', { devices: [offline.id] }, context), null);
    assert.deepEqual(none.acted, []);
    assert.match(none.asked[0] ?? '', /24,168,720$/);
  });

  it('X4: names the devices whose sessions a reset ends, and ends none where that is declined', async () => {
    const { api, acted, asked } = harness({ confirmed: false });
    assert.equal(await callDevices(api, 'reset', { devices: [online.id, busy.id] }, context), null);
    assert.deepEqual([acted, asked], [[], ['reset.sessions {"count":1} C']]);
  });

  it('X4: a program is not asked; it says itself for how long', async () => {
    const { api, acted, asked } = harness({ headless: true });
    await callDevices(api, 'reset', { devices: [busy.id, offline.id] }, context);
    const result = await callDevices(api, 'reset', { devices: [offline.id], whenOnline: 1 }, context);
    assert.deepEqual(acted, [{ kind: 'reset' }, { kind: 'reset', whenOnline: { seconds: 3600 } }]);
    assert.deepEqual([asked, result?.queued], [[], 1]);
  });

  it('X9: the list says what waits, and greys out what is somebody else’s', async () => {
    const { api, pages } = harness();
    await new QueuePage(api).open();
    const [page] = pages as [{ blocks: { kind: string; rows?: { cells: string[]; actions: object[] }[] }[] }];
    const [row] = page.blocks.find(({ kind }) => kind === 'table')?.rows ?? [];
    assert.equal(row?.cells[0], 'B');
    assert.match(JSON.stringify(row?.actions), /"device.cancelWaiting".*notYours/);
  });
});
