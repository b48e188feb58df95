import { readSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { LatchkeyError } from '#protocol/errors.ts';
import { nativePty, type LoadedPty } from './native-pty.ts';
import { endSession } from './end-session.ts';
import type { SessionTerminal, TerminalListener, TerminalSize } from './session-terminal.ts';

/** A program, and what it is started with. */
export interface ProgramStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** As whom; as this process where absent. Its other groups stay. */
  readonly ids?: { readonly uid: number; readonly gid: number } | undefined;
  /** Which rights files that it makes do not get; as this process has it where absent. */
  readonly umask?: number | undefined;
}

/** Bytes that wait for a program which does not read. */
const inputLimit = 4 * 1024 * 1024;
/** Milliseconds until it is tried again where the program does not read. */
const inputPause = 10;
/** Milliseconds that output may still come for once the program has ended: others may have its terminal open. */
const lastOutput = 1000;

/** A program in a pseudo-terminal. Output is bytes; what is held back is not lost when the program ends. */
export class PseudoTerminal implements SessionTerminal {
  readonly pid: number;
  /** The device, `/dev/pts/3`. */
  readonly device: string;
  private readonly pty: LoadedPty;
  private readonly fd: number;
  private readonly program: string;
  private readonly stream: ReadStream;
  private readonly input: Buffer[] = [];
  private inputBytes = 0;
  private retry: NodeJS.Timeout | undefined;
  private ended: { readonly code: number | null } | undefined;
  private drained = false;
  private held = false;
  private last: NodeJS.Timeout | undefined;
  private readonly listener: Pick<TerminalListener, 'onData' | 'onExit'>;

  /** @throws LatchkeyError `session.unsupported` where the system gives no terminal */
  constructor(start: ProgramStart, size: TerminalSize, listener: Pick<TerminalListener, 'onData' | 'onExit'>) {
    this.pty = nativePty();
    this.listener = listener;
    this.program = start.file;
    const env = Object.entries(start.env).map(([name, value]) => `${name}=${value}`);
    const { uid, gid } = start.ids ?? { uid: -1, gid: -1 };
    const { columns, rows } = size;
    const onExit = (code: number, signal: number): void => this.handleExit(signal === 0 ? code : null);
    const umask = start.umask === undefined ? undefined : process.umask(start.umask);
    const fork = (): ReturnType<LoadedPty['native']['fork']> => {
      const { native, helper } = this.pty;
      return native.fork(start.file, start.args, env, start.cwd, columns, rows, uid, gid, true, helper, onExit);
    };
    let forked: ReturnType<typeof fork>;
    try {
      forked = fork();
    } catch (error) {
      const reason = (error as Error).message;
      throw new LatchkeyError('session.unsupported', { feature: 'terminal', reason }, { cause: error });
    } finally {
      if (umask !== undefined) process.umask(umask);
    }
    this.pid = forked.pid;
    this.fd = forked.fd;
    this.device = forked.pty;
    this.stream = new ReadStream(forked.fd);
    this.stream.on('data', (data: Buffer) => listener.onData(data));
    // Node.js 22 takes a terminal that was hung up for one that has been read to its end.
    this.stream.once('end', () => this.readRest());
    // Linux says EIO where others say that it is the end.
    this.stream.on('error', () => {});
    this.stream.once('close', () => {
      this.drained = true;
      this.dropInput();
      this.settle();
    });
  }

  /** The program in the foreground. */
  get title(): string {
    if (this.drained) return this.program;
    try {
      return this.pty.native.process(this.fd, this.device) ?? this.program;
    } catch {
      return this.program;
    }
  }

  write(data: Buffer): boolean {
    if (this.drained || data.length === 0) return true;
    if (this.inputBytes + data.length > inputLimit) return false;
    this.input.push(data);
    this.inputBytes += data.length;
    if (this.retry === undefined) this.flushInput();
    return true;
  }

  resize({ columns, rows }: TerminalSize): void {
    if (!this.drained) this.pty.native.resize(this.fd, columns, rows, 0, 0);
  }

  hold(held: boolean): void {
    if (this.held === held || this.drained) return;
    this.held = held;
    if (held) this.stream.pause();
    else this.stream.resume();
    this.awaitLast();
  }

  /** Ends all that runs in the terminal: hangs up, and kills what stays. Nothing more is told of it. */
  kill(): Promise<void> {
    this.listener.onData = () => {};
    this.listener.onExit = () => {};
    this.dropInput();
    clearTimeout(this.last);
    const ending = endSession(this.pid, this.device, () => this.ended !== undefined);
    this.stream.destroy();
    return ending;
  }

  private handleExit(code: number | null): void {
    this.ended = { code };
    this.awaitLast();
    this.settle();
  }

  /** Once the program has ended, nobody but what it left behind keeps the output open. */
  private awaitLast(): void {
    clearTimeout(this.last);
    if (this.ended && !this.held && !this.drained) this.last = setTimeout(() => this.stream.destroy(), lastOutput);
  }

  private readRest(): void {
    try {
      for (let size = 1; size > 0;) {
        const buffer = Buffer.allocUnsafe(65_536);
        size = readSync(this.fd, buffer);
        if (size > 0) this.listener.onData(buffer.subarray(0, size));
      }
    } catch {
      // Nothing more.
    }
  }

  private settle(): void {
    if (!this.ended || !this.drained) return;
    clearTimeout(this.last);
    this.listener.onExit(this.ended.code);
  }

  private flushInput(): void {
    this.retry = undefined;
    for (let next = this.input[0]; next; next = this.input[0]) {
      let written: number;
      try {
        written = writeSync(this.fd, next);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') {
          this.retry = setTimeout(() => this.flushInput(), inputPause);
        } else {
          this.dropInput();
        }
        return;
      }
      this.inputBytes -= written;
      if (written < next.length) this.input[0] = next.subarray(written);
      else this.input.shift();
    }
  }

  private dropInput(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.input.length = 0;
    this.inputBytes = 0;
  }
}
