import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ScriptedComputer, testSession, testSessionId } from '#core/testing/workbench/scripted-computer.ts';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { makeTestWorkbench, until } from '#core/testing/workbench/test-workbench.ts';
import { windowBytes } from '#protocol/terminal.ts';
import { SessionService } from './session-service.ts';
import { TerminalService } from './terminal-service.ts';
import type { RemoteTerminal } from './remote-terminal.ts';

async function setUp() {
  const hub = new ScriptedHub();
  const computer = new ScriptedComputer(hub);
  computer.sessions.set(testSessionId, testSession());
  const { get, goOnline } = await makeTestWorkbench({ hub, connection: { backOff: () => 5 } });
  await goOnline();
  const sessions = get(SessionService);
  await until(sessions.known$, Boolean);
  await sessions.join(testSessionId);
  const terminals = get(TerminalService);
  const terminal = await terminals.open(testSessionId, { columns: 100, rows: 30 });
  return { hub, computer, sessions, terminals, terminal };
}

/** Reads a terminal as a view does, and knows how much it has. */
function read(terminal: RemoteTerminal, acknowledge = true) {
  const chunks: Uint8Array[] = [];
  terminal.output$.subscribe(({ bytes, end }) => {
    chunks.push(bytes);
    if (acknowledge) terminal.acknowledge(end);
  });
  terminal.start();
  const bytes = () => Buffer.concat(chunks);
  return {
    bytes,
    text: () => bytes().toString(),
    until: async (length: number) => {
      for (let waited = 0; bytes().length < length; waited++) {
        assert.ok(waited < 400, `only ${bytes().length} of ${length} bytes came`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

describe('Remote terminals', () => {
  it('open at the size of the view, take input and follow a change of size', async () => {
    const { computer, terminal } = await setUp();
    const output = read(terminal);
    await until(terminal.state$, ({ kind }) => kind === 'attached');
    terminal.input('ls Ünïcode 日本\r');
    terminal.resize({ columns: 120, rows: 40 });
    terminal.resize({ columns: 120, rows: 40 });
    computer.print('total 0\r\n');
    await output.until(9);
    assert.equal(output.text(), 'total 0\r\n');
    assert.deepEqual(computer.typed, ['ls Ünïcode 日本\r']);
    assert.deepEqual(computer.sizes, ['100×30', '120×40']);
  });

  it('lose and repeat no byte when the connection to the hub is lost in the middle', async () => {
    const { hub, computer, terminal } = await setUp();
    const output = read(terminal);
    await until(terminal.state$, ({ kind }) => kind === 'attached');
    const all = Buffer.from(Array.from({ length: 700_000 }, (_, index) => index % 251));
    computer.print(all.subarray(0, 400_000));
    await output.until(100_000);
    hub.hangUp();
    computer.print(all.subarray(400_000));
    await output.until(all.length);
    assert.ok(output.bytes().equals(all));
    assert.equal(hub.opened, 2);
  });

  it('go on after the computer’s connection was lost, without what is sent twice', async () => {
    const { computer, sessions, terminal } = await setUp();
    const output = read(terminal);
    await until(terminal.state$, ({ kind }) => kind === 'attached');
    computer.print('before ');
    await output.until(7);
    computer.attached = false;
    computer.change({ state: 'interrupted', resumeUntil: Date.now() + 60_000 });
    await until(sessions.availability$(testSessionId), (each) => each === 'waiting');
    assert.equal(terminal.current.kind, 'attaching');
    computer.print('during ');
    computer.change({ state: 'active', resumeUntil: null });
    await output.until(14);
    terminal.take(3, new TextEncoder().encode('ore during after'));
    assert.equal(output.text(), 'before during after');
  });

  it('hold the computer back until what came is on the screen', async () => {
    const { computer, terminal } = await setUp();
    const output = read(terminal, false);
    await until(terminal.state$, ({ kind }) => kind === 'attached');
    computer.print(new Uint8Array(windowBytes * 2));
    await output.until(windowBytes);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(output.bytes().length, windowBytes);
    terminal.acknowledge(windowBytes);
    await output.until(windowBytes * 2);
  });

  it('say how much is gone where the computer no longer keeps it', async () => {
    const { hub, computer, terminal } = await setUp();
    const missed: number[] = [];
    terminal.missed$.subscribe((bytes) => missed.push(bytes));
    const output = read(terminal);
    await until(terminal.state$, ({ kind }) => kind === 'attached');
    computer.print('0123456789');
    await output.until(10);
    hub.hangUp();
    computer.print('lost, and kept');
    computer.keptFrom = 20;
    await output.until(14);
    assert.equal(output.text(), '0123456789kept');
    assert.deepEqual(missed, [10]);
  });

  it('end with the shell, with the session, and where the computer knows nothing of them any more', async () => {
    const { hub, computer, terminal, terminals } = await setUp();
    terminal.start();
    await until(terminal.state$, ({ kind }) => kind === 'attached');
    computer.exit(3);
    await until(terminal.state$, ({ kind }) => kind === 'closed');
    assert.deepEqual(terminal.current, { kind: 'closed', code: 3 });
    terminals.forget(terminal);

    const second = await terminals.open(testSessionId);
    second.start();
    await until(second.state$, ({ kind }) => kind === 'attached');
    computer.terminalOpen = false;
    hub.hangUp();
    await until(second.state$, ({ kind }) => kind === 'closed');
    terminals.forget(second);

    const third = await terminals.open(testSessionId);
    third.start();
    computer.change({ state: 'ended', end: 'customer', endedAt: 1 });
    await until(third.state$, ({ kind }) => kind === 'closed');
  });

  it('that somebody else opened are looked at from the beginning', async () => {
    const { computer, terminals, terminal } = await setUp();
    terminal.start();
    await until(terminal.state$, ({ kind }) => kind === 'attached');
    computer.print('hello');
    terminals.forgetAll(testSessionId);
    await terminals.attachAll(testSessionId);
    await terminals.attachAll(testSessionId);
    const [again, ...others] = terminals.of(testSessionId);
    assert.equal(others.length, 0);
    const replays: boolean[] = [];
    again!.output$.subscribe(({ isReplay }) => replays.push(isReplay));
    const output = read(again!);
    await output.until(5);
    computer.print(' again');
    await output.until(11);
    assert.equal(output.text(), 'hello again');
    assert.deepEqual(replays, [true, false]);

    const second = read(again!);
    await second.until(11);
    assert.equal(second.text(), 'hello again', 'for a view that was made anew');
    computer.terminalOpen = false;
    await terminals.attachAll(testSessionId);
    assert.equal(again!.current.kind, 'closed', 'somebody else has closed it');
  });
});
