import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CommandContext, DeletedDevice, Device, DeviceAction, Latchkey } from '../../protocol/api/index.ts';
import { DeletedPage } from './deleted-page.ts';
import { removeDevices, restoreDevices } from './remove-devices.ts';

const idOf = (at: number): string => String(at).padStart(16, '0');
const fleet = Array.from({ length: 300 }, (_, at) => ({
  ...{ id: idOf(at), name: `PC-${at}`, presence: at % 2 ? 'online' : 'offline' },
})) as Device[];
const counts = { pending: 0, done: 2, failed: 0, queued: 0, cancelled: 0 };
const context = {} as CommandContext;

interface Question {
  readonly message: string;
  readonly detail: string;
  readonly typed?: { readonly text: string };
}

/** The extension with an API that records; no process is crossed here. */
function harness(options: { confirmed?: boolean; headless?: boolean; deleted?: Partial<DeletedDevice>[] } = {}) {
  const acted: [DeviceAction, number][] = [];
  const asked: Question[] = [];
  const pages: string[] = [];
  const api = {
    environment: { kind: options.headless ? 'headless' : 'browser' },
    l10n: {
      t: (key: string, args?: object) => `${key} ${JSON.stringify(args ?? {})}`,
      describeProblem: async ({ code }: { code: string }) => code,
      language: 'en',
    },
    groups: { list: async () => [{ id: 'g', name: 'Berlin' }] },
    devices: {
      get: async (id: string) => fleet.find((each) => each.id === id),
      query: async () => fleet,
      act: async (action: DeviceAction, devices: readonly string[]) => {
        acted.push([action, devices.length]);
        return { job: { id: 'j', counts }, results: [] };
      },
      deleted: async () => ({ devices: options.deleted ?? [], total: options.deleted?.length ?? 0 }),
    },
    window: {
      confirm: async (question: Question) => (asked.push(question), options.confirmed ?? false),
      openPage: async (page: unknown) => void pages.push(JSON.stringify(page)),
    },
  } as unknown as Latchkey;
  return { api, acted, asked, pages };
}
const some = (count: number): string[] => fleet.slice(0, count).map(({ id }) => id);

describe('delete and remove access (X5)', () => {
  it('X5: names the device, and does nothing where that is declined', async () => {
    const { api, acted, asked } = harness();
    assert.equal(await removeDevices(api, 'delete', { devices: some(1) }, context), null);
    assert.match(asked[0]?.message ?? '', /delete\.askOne .*PC-0/);
    assert.deepEqual(acted, []);
  });

  it('X5, X9: names the first few and how many more, and what becomes of those that are online', async () => {
    const { api, acted, asked } = harness({ confirmed: true });
    const result = await removeDevices(api, 'removeAccess', { devices: some(30) }, context);
    const [question] = asked as [Question];
    assert.match(question.message, /removeAccess\.ask \{"count":30\}/);
    assert.match(question.detail, /PC-0\n.*PC-7\nmore \{"count":22\}/s);
    assert.match(question.detail, /"online":15,"offline":15/);
    assert.equal(question.typed, undefined);
    assert.deepEqual([acted, result?.done], [[[{ kind: 'removeAccess' }, 30]], 2]);
  });

  it('X9: has the number typed only where many can soon not be brought back', async () => {
    const { api, asked } = harness();
    await removeDevices(api, 'delete', { devices: some(200) }, context);
    await removeDevices(api, 'delete', { devices: some(300) }, context);
    assert.deepEqual(
      asked.map(({ typed }) => typed?.text),
      [undefined, '300'],
    );
  });

  it('X5: a program has decided, and restoring asks nobody', async () => {
    const { api, acted, asked } = harness({ headless: true });
    await removeDevices(api, 'delete', { devices: some(300) }, context);
    await restoreDevices(api, { devices: some(2), group: 'g' }, context);
    assert.deepEqual(asked, []);
    assert.deepEqual(acted, [
      [{ kind: 'delete' }, 300],
      [{ kind: 'restore', group: 'g' }, 2],
    ]);
  });

  it('X5: the page offers what can be restored, and a group for those that have none', async () => {
    const common = { deletedAt: 0, deletedBy: 'tess', problem: null, restorable: true, removal: 'waiting' as const };
    const { api, pages } = harness({
      deleted: [
        { ...common, device: idOf(1), name: 'ONE', groupName: 'Berlin' },
        { ...common, device: idOf(2), name: 'TWO', groupName: '' },
        {
          ...{ ...common, device: idOf(3), name: 'THREE', groupName: 'Berlin', restorable: false, removal: 'failed' },
          problem: { code: 'endpoint.removalFailed', args: {} },
        },
      ],
    });
    await new DeletedPage(api).open('');
    const page = JSON.parse(pages[0]!) as {
      blocks: { kind: string; rows?: { cells: string[]; actions?: object[] }[] }[];
    };
    const rows = page.blocks.find(({ kind }) => kind === 'table')?.rows ?? [];
    assert.deepEqual(
      rows.map(({ actions }) => actions?.length ?? 0),
      [1, 0, 0],
    );
    assert.match(rows[2]?.cells.at(-1) ?? '', /endpoint\.removalFailed/);
    assert.equal(page.blocks.filter(({ kind }) => kind === 'form').length, 2);
  });
});
