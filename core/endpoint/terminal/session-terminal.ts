import type { ComputerUser } from '../accounts/accounts.ts';
import { PseudoTerminal } from './pseudo-terminal.ts';
import { shellCommand } from './shell-command.ts';
import { WindowsTerminal } from './windows/windows-terminal.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface TerminalListener {
  onData(data: Buffer): void;
  /** After the last of the output. `code` null where a signal ended the program. */
  onExit(code: number | null): void;
  /** What does not work, and keeps nothing else from working. */
  onProblem(problem: string): void;
}

/** A shell in a terminal, by the system's own means. */
export interface SessionTerminal {
  /** The program in it. */
  readonly title: string;
  /** @returns false where the program has not read for so long that there is no room for more */
  write(data: Buffer): boolean;
  resize(size: TerminalSize): void;
  /** Stops taking output, so that the program waits. */
  hold(held: boolean): void;
  /** Ends all that runs in it. Nothing more is told of it. Resolves once nothing runs any more. */
  kill(): Promise<void>;
}

/**
 * Starts an account's shell in a new terminal.
 * @throws LatchkeyError `session.unsupported` where the system gives none
 */
export async function openTerminal(
  user: ComputerUser,
  size: TerminalSize,
  listener: TerminalListener,
): Promise<SessionTerminal> {
  if (process.platform === 'win32') return WindowsTerminal.open(user, size, listener);
  return new PseudoTerminal(await shellCommand(user), size, listener);
}
