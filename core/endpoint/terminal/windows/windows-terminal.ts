import { setTimeout as delay } from 'node:timers/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ComputerUser } from '../../accounts/accounts.ts';
import { ownChild } from '../../program/own-child.ts';
import { WindowsChild } from '../../windows/start-child.ts';
import type { SessionTerminal, TerminalListener, TerminalSize } from '../session-terminal.ts';
import { encodeFrame, TerminalFrames, type TerminalFrame } from './terminal-frames.ts';
import { terminalHelperArgument } from './terminal-helper.ts';

/** Bytes that wait for a program which does not read. */
const inputLimit = 4 * 1024 * 1024;
/** Milliseconds for the shell to start, and for programs to end by themselves once their console is closed. */
const startPatience = 30_000;
const grace = 2000;

/** What a terminal is to this process: a program that frames go to and come from. */
export type TerminalHolder = Pick<WindowsChild, 'input' | 'exited' | 'kill'>;

/**
 * A shell in a pseudo console of Windows, which a process with the rights of the account holds: no part of this one answers to
 * programs of that account, and what blocks there blocks nothing here.
 */
export class WindowsTerminal implements SessionTerminal {
  title = '';
  private readonly holder: TerminalHolder;
  private readonly listener: TerminalListener;
  private readonly frames = new TerminalFrames();
  private readonly started = Promise.withResolvers<void>();
  private running = false;
  private over = false;

  private constructor(holder: TerminalHolder, listener: TerminalListener) {
    this.holder = holder;
    this.listener = listener;
    const { input } = holder;
    input.on('data', (piece: Buffer) => this.read(piece));
    input.once('close', () => this.end(null));
  }

  /** @throws LatchkeyError `session.unsupported` */
  static open(user: ComputerUser, size: TerminalSize, listener: TerminalListener): Promise<WindowsTerminal> {
    const args = [terminalHelperArgument, String(size.columns), String(size.rows)];
    return WindowsTerminal.by(() => WindowsChild.start(ownChild(user, args)), listener);
  }

  /** @throws LatchkeyError `session.unsupported` where nothing starts */
  static async by(start: () => TerminalHolder, listener: TerminalListener): Promise<WindowsTerminal> {
    let terminal: WindowsTerminal | undefined;
    try {
      terminal = new WindowsTerminal(start(), listener);
      const late = delay(startPatience, undefined, { ref: false }).then(() => Promise.reject(new Error('timeout')));
      await Promise.race([terminal.started.promise, late]);
      return terminal;
    } catch (error) {
      await terminal?.kill();
      const reason = (error as Error).message;
      throw new LatchkeyError('session.unsupported', { feature: 'terminal', reason }, { cause: error });
    }
  }

  write(data: Buffer): boolean {
    const { input } = this.holder;
    if (this.over || data.length === 0) return true;
    if (input.writableLength + data.length > inputLimit) return false;
    input.write(encodeFrame({ kind: 'data', data }));
    return true;
  }

  resize(size: TerminalSize): void {
    if (!this.over) this.holder.input.write(encodeFrame({ kind: 'resize', size }));
  }

  hold(held: boolean): void {
    if (held) this.holder.input.pause();
    else this.holder.input.resume();
  }

  async kill(): Promise<void> {
    this.over = true;
    const { input, exited } = this.holder;
    // It closes the console, which programs are told of; whatever stays ends with its job.
    input.destroy();
    const timer = setTimeout(() => this.holder.kill(), grace);
    await exited;
    clearTimeout(timer);
    this.holder.kill();
  }

  private read(piece: Buffer): void {
    if (this.over) return;
    try {
      for (const frame of this.frames.read(piece)) this.take(frame);
    } catch (error) {
      // Whatever it is, it is not what this program started.
      this.listener.onProblem((error as Error).message);
      this.holder.kill();
    }
  }

  private take(frame: TerminalFrame): void {
    if (this.over) return;
    switch (frame.kind) {
      case 'data':
        return this.listener.onData(frame.data);
      case 'started':
        this.title = frame.title;
        this.running = true;
        return this.started.resolve();
      case 'exited':
        return this.end(frame.code);
      case 'problem':
        if (this.running) return this.listener.onProblem(`terminal: ${frame.problem}`);
        return this.started.reject(new Error(frame.problem));
      case 'resize':
        throw new Error('terminal: a frame that goes the other way');
    }
  }

  private end(code: number | null): void {
    this.started.reject(new Error('ended'));
    if (this.over) return;
    this.over = true;
    if (this.running) this.listener.onExit(code);
  }
}
