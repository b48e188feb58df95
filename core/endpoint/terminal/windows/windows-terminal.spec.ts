import assert from 'node:assert/strict';
import { Duplex, PassThrough, Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { until } from '#core/testing/expect.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { TerminalSize } from '../session-terminal.ts';
import { encodeFrame, frameLimit, TerminalFrames, type TerminalFrame } from './terminal-frames.ts';
import { holdTerminal, type HeldConsole } from './terminal-helper.ts';
import { WindowsTerminal, type TerminalHolder } from './windows-terminal.ts';

/** In the place of Windows: a console that prints what it is told to, and keeps what it is given. */
class ScriptedConsole implements HeldConsole {
  readonly title = 'powershell.exe';
  readonly output = new PassThrough();
  readonly typed: string[] = [];
  reading = true;
  readonly input = new Writable({
    write: (data: Buffer, _encoding, done) => {
      this.typed.push(data.toString());
      if (this.reading) done();
    },
  });
  readonly sizes: TerminalSize[] = [];
  closed = 0;
  resizable = true;
  private readonly end = Promise.withResolvers<number>();
  readonly exited = this.end.promise;

  resize(size: TerminalSize): void {
    if (!this.resizable) throw new Error('ResizePseudoConsole: 2147500033');
    this.sizes.push(size);
  }
  close(): Promise<void> {
    this.closed++;
    this.output.end();
    return Promise.resolve();
  }
  exit(code: number): void {
    this.end.resolve(code);
  }
}

/** Two ends of a pipe, each with little room. */
function pipe(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const waiting: (() => void)[] = [];
  const make = (index: number): Duplex =>
    new Duplex({
      highWaterMark: 16 * 1024,
      read: () => waiting[1 - index]?.(),
      write(chunk: Buffer, _encoding, done) {
        waiting[index] = () => {
          waiting[index] = () => {};
          done();
        };
        if (ends[1 - index]?.push(chunk)) waiting[index]?.();
      },
      final(done) {
        ends[1 - index]?.push(null);
        done();
      },
      destroy(error, done) {
        setImmediate(() => ends[1 - index]?.destroy());
        done(error);
      },
    });
  ends.push(make(0), make(1));
  return ends as [Duplex, Duplex];
}

interface Opened {
  readonly terminal: WindowsTerminal;
  readonly console: ScriptedConsole;
  readonly printed: Buffer[];
  readonly exits: (number | null)[];
  readonly problems: string[];
  readonly holder: { killed: number };
}

async function open(start: () => HeldConsole = () => new ScriptedConsole()): Promise<Opened> {
  const [mine, theirs] = pipe();
  const holder = { killed: 0 };
  let console: HeldConsole | undefined;
  const exited = holdTerminal(theirs, () => (console = start())).then(() => 0);
  const [printed, exits, problems]: [Buffer[], (number | null)[], string[]] = [[], [], []];
  const child = { input: mine, exited, kill: () => void holder.killed++ } as unknown as TerminalHolder;
  const terminal = await WindowsTerminal.by(() => child, {
    onData: (data) => printed.push(Buffer.from(data)),
    onExit: (code) => exits.push(code),
    onProblem: (problem) => problems.push(problem),
  });
  return { terminal, console: console as ScriptedConsole, printed, exits, problems, holder };
}

describe('Terminal of a session on Windows (X1)', () => {
  it('passes on what is typed, printed and resized, and the shell’s own exit code, after all that it printed', async () => {
    const { terminal, console, printed, exits } = await open();
    assert.equal(terminal.title, 'powershell.exe');
    assert.equal(terminal.write(Buffer.from('dir\r')), true);
    assert.equal(terminal.write(Buffer.from('\x03')), true);
    terminal.resize({ columns: 132, rows: 43 });
    await until(() => console.typed.length === 2 && console.sizes.length === 1);
    assert.deepEqual([console.typed, console.sizes], [['dir\r', '\x03'], [{ columns: 132, rows: 43 }]]);
    console.output.write('Grüße – 日本語');
    console.exit(-1073741510);
    console.output.write(' last');
    await until(() => exits.length > 0);
    assert.equal(Buffer.concat(printed).toString(), 'Grüße – 日本語 last');
    assert.deepEqual(exits, [-1073741510]);
    await terminal.kill();
    assert.equal(console.closed, 1);
  });

  it('held back, the program waits, and megabytes arrive whole once it goes on', async () => {
    const { terminal, console, printed } = await open();
    const content = Buffer.alloc(8 * 1024 * 1024, 'latchkey ');
    let taken = 0;
    terminal.hold(true);
    const writing = (async () => {
      for (let at = 0; at < content.length; at += 65_536) {
        const part = content.subarray(at, at + 65_536);
        if (!console.output.write(part)) await new Promise((resolve) => console.output.once('drain', resolve));
        taken += part.length;
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(taken < 1024 * 1024, `${taken} bytes were taken while nobody did`);
    terminal.hold(false);
    await writing;
    await until(() => printed.reduce((sum, { length }) => sum + length, 0) === content.length);
    assert.ok(Buffer.concat(printed).equals(content));
    await terminal.kill();
  });

  it('held back and given up, it ends, and tells nothing more', async () => {
    const { terminal, console, printed, exits, holder } = await open();
    terminal.hold(true);
    for (let count = 0; count < 50; count++) console.output.write(Buffer.alloc(65_536));
    await terminal.kill();
    assert.ok(holder.killed > 0, 'whatever the shell has started ends too');
    assert.deepEqual([console.closed, exits.length], [1, 0]);
    assert.equal(printed.length, 0);
    assert.equal(terminal.write(Buffer.from('x')), true);
  });

  it('what no program reads waits, and is refused where it gets too much', async () => {
    const { terminal, console } = await open();
    console.reading = false;
    let given = 0;
    for (; terminal.write(Buffer.alloc(65_536)); given++) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(given > 60 && given < 80, `${given} times 64 kB`);
    assert.ok(console.input.writableLength < 1024 * 1024);
    await terminal.kill();
  });

  it('a system that cannot resize is asked once, and all else goes on', async () => {
    const { terminal, console, problems } = await open();
    console.resizable = false;
    terminal.resize({ columns: 100, rows: 30 });
    terminal.resize({ columns: 101, rows: 30 });
    terminal.write(Buffer.from('on'));
    await until(() => console.typed.length === 1);
    await until(() => problems.length > 0);
    assert.deepEqual(problems, ['terminal: ResizePseudoConsole: 2147500033']);
    await terminal.kill();
  });

  it('where no console can be had, it says why', async () => {
    const refused = open(() => {
      throw new Error('CreatePseudoConsole: 5');
    });
    await assert.rejects(refused, (error: LatchkeyError) => {
      assert.deepEqual(error.toData(), {
        code: 'session.unsupported',
        args: { feature: 'terminal', reason: 'CreatePseudoConsole: 5' },
      });
      return true;
    });
  });

  it('whoever speaks another language is ended', async () => {
    const [mine, theirs] = pipe();
    let killed = 0;
    const exited = new Promise<number>((resolve) => theirs.once('close', () => resolve(1)));
    const kill = (): void => {
      killed++;
      theirs.destroy();
    };
    theirs.write(encodeFrame({ kind: 'started', title: 'cmd.exe' }));
    const [problems, exits]: [string[], (number | null)[]] = [[], []];
    await WindowsTerminal.by(() => ({ input: mine, exited, kill }) as unknown as TerminalHolder, {
      onData: () => {},
      onExit: (code) => exits.push(code),
      onProblem: (problem) => problems.push(problem),
    });
    theirs.write(Buffer.from([1, 0xff, 0xff, 0xff, 0xff]));
    await until(() => exits.length > 0);
    assert.deepEqual([problems, exits], [['terminal: a frame that is too long'], [null]]);
    assert.equal(killed, 1);
  });
});

describe('Frames of a terminal on Windows', () => {
  it('come out as they went in, whatever the pieces', () => {
    const frames: TerminalFrame[] = [
      { kind: 'started', title: 'cmd.exe' },
      { kind: 'data', data: Buffer.from('Grüße') },
      { kind: 'resize', size: { columns: 1000, rows: 500 } },
      { kind: 'problem', problem: 'a problem' },
      { kind: 'exited', code: -1 },
    ];
    const bytes = Buffer.concat(frames.map(encodeFrame));
    for (const size of [1, 3, 7, bytes.length]) {
      const reader = new TerminalFrames();
      const read: TerminalFrame[] = [];
      for (let at = 0; at < bytes.length; at += size) read.push(...reader.read(bytes.subarray(at, at + size)));
      assert.deepEqual(read, frames);
    }
  });

  it('more than one may hold goes in several; a log line stays one', () => {
    const data = Buffer.alloc(frameLimit * 2 + 1, 'x');
    const read = [...new TerminalFrames().read(encodeFrame({ kind: 'data', data }))];
    assert.deepEqual(
      read.map((frame) => (frame.kind === 'data' ? frame.data.length : 0)),
      [frameLimit, frameLimit, 1],
    );
    const [problem] = new TerminalFrames().read(encodeFrame({ kind: 'problem', problem: 'a\r\nb\x1b[0m' }));
    assert.deepEqual(problem, { kind: 'problem', problem: 'a b [0m' });
  });

  it('of no known kind, or of a wrong length, are refused', () => {
    for (const bad of [
      [0, 0, 0, 0, 0],
      [9, 0, 0, 0, 0],
      [2, 1, 0, 0, 0, 1],
      [4, 0, 0, 0, 0],
    ])
      assert.throws(() => [...new TerminalFrames().read(Buffer.from(bad))], /of no known kind/);
  });
});
