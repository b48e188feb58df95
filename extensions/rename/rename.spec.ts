import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Latchkey } from '../../protocol/api/index.ts';
import { activate, type RenameArguments } from './extension.ts';

const device = { id: 'aaaaaaaaaaaaaaaa', name: 'Reception', nickname: 'Reception', hostName: 'PC-4' };

/** The extension with an API that records; no process is crossed here. */
function harness({ typed, kind = 'browser' }: { typed?: string; kind?: 'browser' | 'headless' } = {}) {
  const renamed: [string, string | null][] = [];
  const asked: { value?: string; label?: string }[] = [];
  let body: (args: RenameArguments) => unknown = () => undefined;
  void activate({
    commands: { register: (_: string, run: typeof body) => ((body = run), { dispose() {} }) },
    devices: {
      get: async (id: string) => (id === device.id ? device : undefined),
      rename: async (id: string, name: string | null) => void renamed.push([id, name]),
    },
    window: { showInputBox: async (options: { value?: string; label?: string }) => (asked.push(options), typed) },
    l10n: { t: (key: string) => key },
    environment: { kind },
    subscriptions: [],
  } as unknown as Latchkey);
  return { renamed, asked, run: async (args: RenameArguments) => body(args) };
}

describe('rename (X3)', () => {
  it('X3: gives a nickname and answers what the device goes by', async () => {
    const { run, renamed } = harness();
    assert.deepEqual(await run({ devices: [device.id], name: ' Front desk ' }), {
      id: device.id,
      name: 'Front desk',
      nickname: 'Front desk',
      hostName: 'PC-4',
    });
    assert.deepEqual(renamed, [[device.id, 'Front desk']]);
  });

  it("X3: an empty name brings the computer's own name back", async () => {
    const { run, renamed } = harness();
    assert.deepEqual(await run({ devices: [device.id], name: '' }), {
      id: device.id,
      name: 'PC-4',
      nickname: null,
      hostName: 'PC-4',
    });
    assert.deepEqual(renamed, [[device.id, null]]);
  });

  it('X3: asks for the name where none is given, starting from the present one, and changes nothing when given up', async () => {
    const typing = harness({ typed: 'Typed' });
    await typing.run({ devices: [device.id] });
    assert.deepEqual([typing.asked[0]?.value, typing.asked[0]?.label], ['Reception', 'rename.name.title']);
    assert.deepEqual(typing.renamed, [[device.id, 'Typed']]);
    const givenUp = harness();
    assert.equal(await givenUp.run({ devices: [device.id] }), null);
    assert.deepEqual(givenUp.renamed, []);
  });

  it('X3: says what is missing where nobody can be asked, and which device there is none of', async () => {
    const headless = harness({ kind: 'headless' });
    await assert.rejects(headless.run({ devices: [device.id] }), { message: 'error.noName' });
    await assert.rejects(headless.run({ devices: ['bbbbbbbbbbbbbbbb'], name: 'x' }), { message: 'error.noDevice' });
    assert.deepEqual(headless.renamed, []);
  });
});
