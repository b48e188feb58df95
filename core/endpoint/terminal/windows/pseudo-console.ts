import { homedir } from 'node:os';
import { basename } from 'node:path/win32';
import { cleanEnvironment, environmentBlock } from '../../windows/environment-block.ts';
import { openPipe } from '../../windows/pipe-end.ts';
import { exitCodeOf, startProcess } from '../../windows/start-process.ts';
import { closeHandle } from '../../windows/token.ts';
import { windowsCall, WindowsError } from '../../windows/windows-api.ts';
import type { TerminalSize } from '../session-terminal.ts';
import type { HeldConsole } from './terminal-helper.ts';
import type { WindowsShell } from './windows-shell.ts';

/** Milliseconds that one call waits for the shell's end: this process may have to end before. */
const slice = 250;

/**
 * Starts a shell in a pseudo console ("Creating a Pseudoconsole session"), in the home of whoever this program runs as. Programs
 * that write or read a console are translated to UTF-8 with the control sequences of terminals, and back.
 * @throws WindowsError
 */
export function openPseudoConsole(shell: WindowsShell, size: TerminalSize): HeldConsole {
  const [input, output] = [
    openPipe({ overlapped: false, inherited: false }),
    openPipe({ overlapped: false, inherited: false }),
  ];
  const made = Buffer.alloc(8);
  const create = windowsCall('kernel32', 'int CreatePseudoConsole(uint, void *, void *, uint, void *)');
  const result = create(coordinates(size), input.handle, output.handle, 0, made) as number;
  // The console has its own by now.
  for (const { handle } of [input, output]) closeHandle(handle);
  if (result !== 0) throw new WindowsError('CreatePseudoConsole', result >>> 0);
  const console = made.readBigUInt64LE();
  let process: bigint;
  try {
    const environment = environmentBlock(cleanEnvironment(globalThis.process.env));
    ({ handle: process } = startProcess({ ...shell, environment, folder: homedir(), console }));
  } catch (error) {
    closeConsole(console, () => {});
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    title: basename(shell.program),
    input: input.stream,
    output: output.stream,
    exited: exitOf(process),
    resize(next) {
      if (closing) return;
      const resize = windowsCall('kernel32', 'int ResizePseudoConsole(void *, uint)');
      const problem = resize(console, coordinates(next)) as number;
      if (problem !== 0) throw new WindowsError('ResizePseudoConsole', problem >>> 0);
    },
    // It waits until all has been read: not on this thread, which reads.
    close: () => (closing ??= new Promise((resolve) => closeConsole(console, resolve))),
  };
}

/** COORD, as it is handed over. */
const coordinates = ({ columns, rows }: TerminalSize): number => ((rows << 16) | columns) >>> 0;

const closeConsole = (console: bigint, done: () => void): void =>
  windowsCall('kernel32', 'void ClosePseudoConsole(void *)').async(console, done) as void;

async function exitOf(process: bigint): Promise<number> {
  const wait = windowsCall('kernel32', 'uint WaitForSingleObject(void *, uint)');
  for (;;) {
    const code = exitCodeOf(process);
    if (code !== undefined) {
      closeHandle(process);
      return code;
    }
    await new Promise((resolve) => wait.async(process, slice, resolve) as void);
  }
}
