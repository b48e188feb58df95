import { Socket } from 'node:net';
import type { Duplex, Readable, Writable } from 'node:stream';
import { useNativeFolder } from '../../windows/koffi.ts';
import type { TerminalSize } from '../session-terminal.ts';
import { openPseudoConsole } from './pseudo-console.ts';
import { encodeFrame, TerminalFrames, type TerminalFrame } from './terminal-frames.ts';
import { windowsShell } from './windows-shell.ts';

/** The argument that makes this program the holder of a terminal. */
export const terminalHelperArgument = 'terminal-helper';

/** A program in a console of its own. */
export interface HeldConsole {
  readonly title: string;
  /** What is typed. */
  readonly input: Writable;
  /** What it prints, until the console is closed. */
  readonly output: Readable;
  /** Resolves with its exit code. */
  readonly exited: Promise<number>;
  /** @throws Error where the system cannot */
  resize(size: TerminalSize): void;
  /** Ends the programs in it. Resolves once all that they printed has been given to `output`. */
  close(): Promise<void>;
}

/**
 * The process of one terminal: holds a console as the account that it was started as, until the shell ends, or until whoever
 * started it goes.
 * @param argv columns and rows, and where the native file stands
 */
export async function runTerminalHelper(argv: readonly string[]): Promise<void> {
  const [columns, rows] = argv.map(Number);
  useNativeFolder(argv);
  // Node.js waits for each write to its own standard streams on Windows; not for those to a socket, which goes both ways.
  const pipe = new Socket({ fd: 0, readable: true, writable: true });
  await holdTerminal(pipe, () => openPseudoConsole(windowsShell(), { columns: columns || 80, rows: rows || 24 }));
  process.exit(0);
}

/** @param pipe to whoever wants the terminal */
export async function holdTerminal(pipe: Duplex, open: () => HeldConsole): Promise<void> {
  const send = (frame: TerminalFrame): boolean => pipe.write(encodeFrame(frame));
  const gone = new Promise<void>((resolve) =>
    pipe
      .once('close', resolve)
      .once('end', resolve)
      .on('error', () => {}),
  );
  let console: HeldConsole;
  try {
    console = open();
  } catch (error) {
    send({ kind: 'problem', problem: (error as Error).message });
    return flush(pipe);
  }
  send({ kind: 'started', title: console.title });
  const { input, output } = console;
  const printed = new Promise((resolve) => output.once('close', resolve).on('error', () => {}));
  const pass = (data: Buffer): void => {
    // What nobody takes holds the programs back.
    if (send({ kind: 'data', data })) return;
    output.pause();
    pipe.once('drain', () => output.resume());
  };
  output.on('data', pass);
  // A console closes once all has been read.
  void gone.then(() => output.off('data', pass).resume());
  const frames = new TerminalFrames();
  let resizable = true;
  pipe.on('data', (piece: Buffer) => {
    for (const frame of frames.read(piece)) {
      if (frame.kind === 'data' && !input.write(frame.data)) {
        // What no program reads waits where it comes from.
        pipe.pause();
        input.once('drain', () => pipe.resume());
      }
      if (frame.kind !== 'resize' || !resizable) continue;
      try {
        console.resize(frame.size);
      } catch (error) {
        // Said once.
        resizable = false;
        send({ kind: 'problem', problem: (error as Error).message });
      }
    }
  });
  const code = await Promise.race([console.exited, gone]);
  if (code === undefined) return console.close();
  await Promise.all([console.close(), Promise.race([printed, gone])]);
  send({ kind: 'exited', code });
  await flush(pipe);
}

/** Resolves once all that was written has gone out, or nobody is there to take it. */
const flush = (pipe: Duplex): Promise<void> =>
  new Promise((resolve) => {
    pipe.once('close', resolve);
    pipe.end(resolve);
  });
