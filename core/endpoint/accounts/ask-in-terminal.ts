import { setTimeout as delay } from 'node:timers/promises';
import { runProgram } from '../facts/run-program.ts';
import { PseudoTerminal, type ProgramStart } from '../terminal/pseudo-terminal.ts';

/** Milliseconds: for the question to come, and for the answer to be weighed (a refusal is held back by seconds). */
const questionPatience = 15_000;
const answerPatience = 30_000;
const looking = 25;

export type Answer =
  /** It took the password. */
  | 'accepted'
  /** It did not, or asked for more than that. */
  | 'refused'
  /** It was content without asking. */
  | 'notAsked';

/**
 * Runs a program of the system's own that asks for a password, in a terminal of its own, and answers. In whichever language it
 * asks: a program that wants a password switches the terminal's echo off.
 * @param password answered to one question, and wiped
 * @param signal gives it up
 */
export async function askInTerminal(program: ProgramStart, password: Buffer, signal: AbortSignal): Promise<Answer> {
  let exit: { readonly code: number | null } | undefined;
  let printed = 0;
  const terminal = new PseudoTerminal(
    program,
    { columns: 80, rows: 24 },
    { onData: (data) => (printed += data.length), onExit: (code) => (exit = { code }) },
  );
  const over = (): boolean => exit !== undefined || signal.aborted;
  try {
    if (!(await asks(terminal.device, questionPatience, over))) return exit?.code === 0 ? 'notAsked' : 'refused';
    const printedBefore = printed;
    terminal.write(Buffer.from(password));
    terminal.write(Buffer.from('\n'));
    password.fill(0);
    for (const end = Date.now() + answerPatience; Date.now() < end && !over(); await delay(looking)) {
      // More than the line's end was printed, and the echo is off again: another question, such as for a new password.
      if (printed > printedBefore + 2 && (await asks(terminal.device, 500, over))) return 'refused';
    }
    return exit?.code === 0 ? 'accepted' : 'refused';
  } finally {
    password.fill(0);
    await terminal.kill();
  }
}

async function asks(device: string, patience: number, over: () => boolean): Promise<boolean> {
  for (const end = Date.now() + patience; Date.now() < end && !over(); await delay(looking)) {
    const settings = await runProgram('stty', [process.platform === 'darwin' ? '-f' : '-F', device, '-a']);
    if (settings !== undefined && /(^|\s)-echo(\s|;|$)/.test(settings) && !over()) return true;
  }
  return false;
}
