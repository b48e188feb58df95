import type { CliLocalizer } from './cli-localizer.ts';

/** What a command of the command line has of the world: passed in, so that a test can be the world. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** In the language of `LC_ALL`, `LC_MESSAGES` or `LANG`; once a hub has told it, in the one that the technician set. */
  readonly localizer: CliLocalizer;
  /** `--json`: standard output is one JSON value, for a program. */
  readonly json: boolean;
  /** Standard error is a terminal: progress may redraw its line. */
  readonly interactive: boolean;
  /**
   * The command's result. With `--json` it is written as JSON; else `text` is, a line for a person.
   * To be called once at most.
   */
  result(value: unknown, text: string): void;
  /** The result stands, but not all of what was asked for was done: the exit code is 1. */
  partlyFailed?(): void;
  /** How it goes on, on standard error: the next one replaces it on a terminal. */
  progress(text: string): void;
  /** A line on standard error that stays. */
  note(text: string): void;
  /** All of standard input, for `--password-stdin` and the like. */
  readInput(): Promise<string>;
  /**
   * A line that is typed unseen; undefined where there is no terminal to type on.
   * @throws LatchkeyError `rpc.cancelled` where the person gave up
   */
  readSecret(prompt: string): Promise<string | undefined>;
  /** Aborted by Ctrl+C or a request to terminate; a second one ends the process at once. */
  readonly signal: AbortSignal;
}
