import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Latchkey, Session } from '../../protocol/api/index.ts';
import { activate } from './extension.ts';

const id = (letter: string): string => letter.repeat(16);
const tess = { id: id('t'), name: 'Tess' };

function session(letter: string, changes: Partial<Session> = {}): Session {
  return {
    id: id(letter),
    kind: 'unattended',
    state: 'active',
    device: id('d'),
    computer: { name: `PC-${letter}`, platform: 'linux', system: 'Debian' },
    technician: tess,
    inControl: tess.id,
    participants: [{ technician: tess.id, name: tess.name, since: 0 }],
    technicians: [tess],
    createdAt: 0,
    startedAt: 0,
    endedAt: null,
    end: null,
    endedBy: null,
    resumeUntil: null,
    keyExpiresAt: null,
    used: [],
    sealingKey: null,
    ...changes,
  };
}

interface World {
  readonly live?: readonly Session[];
  readonly kind?: 'browser' | 'headless';
  readonly confirmed?: boolean;
}

/** The extension with an API that records; no process is crossed here. */
function harness({ live = [], kind = 'browser', confirmed = true }: World = {}) {
  const calls: unknown[][] = [];
  const bodies = new Map<string, (args: never) => Promise<unknown>>();
  const record =
    <R>(what: string, answer: (...args: never[]) => R) =>
    async (...args: unknown[]): Promise<R> => {
      calls.push([what, ...args]);
      return answer(...(args as never[]));
    };
  void activate({
    commands: { register: (name: string, body: never) => (bodies.set(name, body), { dispose() {} }) },
    devices: { get: async (device: string) => (device === id('d') ? { id: device } : undefined) },
    sessions: {
      list: async () => live,
      invite: record('invite', () => ({
        session: session('a', { state: 'waiting', device: null, computer: null }),
        key: '123456789',
        link: 'https://hub.example/join#123456789',
        expiresAt: Date.UTC(2026, 0, 1),
      })),
      start: record('start', (device: string) => session('a', { device })),
      end: record('end', (which: string) => session(which[0]!, { state: 'ended' })),
      show: record('show', () => undefined),
    },
    window: { confirm: record('confirm', () => confirmed) },
    l10n: { t: (key: string, args?: object) => `${key}${args ? JSON.stringify(args) : ''}` },
    environment: { kind },
    subscriptions: [],
  } as unknown as Latchkey);
  const run = (command: string, args: object = {}): Promise<unknown> => bodies.get(command)!(args as never);
  return { calls, run, called: () => calls.map(([what]) => what) };
}

describe('session commands', () => {
  it('A1: an invitation is a link and a nine-digit key, and opens the session', async () => {
    const { run, calls } = harness();
    assert.deepEqual(await run('session.invite'), {
      id: id('a'),
      key: '123456789',
      link: 'https://hub.example/join#123456789',
      expires: '2026-01-01T00:00:00.000Z',
    });
    assert.deepEqual(calls.at(-1), ['show', id('a')]);
  });

  it('X1: a session on a device is started and shown; a device that is not there is named', async () => {
    const { run, calls } = harness();
    assert.deepEqual(await run('session.start', { devices: [id('d')] }), {
      id: id('a'),
      state: 'active',
      device: id('d'),
    });
    assert.deepEqual(calls, [
      ['start', id('d')],
      ['show', id('a')],
    ]);
    await assert.rejects(run('session.start', { devices: [id('x')] }), /error\.noDevice.*xxxx/);
  });

  it('ends a session after a question where a slip would cost somebody what they are in the middle of', async () => {
    const waiting = session('w', { state: 'waiting', computer: null });
    const { run, called } = harness({ live: [session('a'), waiting] });
    assert.deepEqual(await run('session.end', { session: id('a') }), { id: id('a'), state: 'ended', device: id('d') });
    assert.deepEqual(called(), ['confirm', 'end']);
    await run('session.end', { session: id('w') });
    assert.deepEqual(called(), ['confirm', 'end', 'end'], 'nobody is there yet');
    const refused = harness({ live: [session('a')], confirmed: false });
    assert.equal(await refused.run('session.end', { session: id('a') }), null);
    assert.deepEqual(refused.called(), ['confirm']);
    const headless = harness({ live: [session('a')], kind: 'headless' });
    await headless.run('session.end', { session: id('a') });
    assert.deepEqual(headless.called(), ['end'], 'a program has decided');
  });
});
