import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { LatchkeyError } from '#protocol/errors.ts';
import type { CliIo } from './cli-io.ts';
import type { CliLocalizer } from './cli-localizer.ts';
import { stopSignal } from './stop-signal.ts';

/** The command line's world as it is: this process's streams and signals. */
export function processIo(localizer: CliLocalizer, json: boolean): CliIo {
  const interactive = process.stderr.isTTY === true;
  const signal = stopSignal();

  let progressShown = false;
  let lastProgress = '';
  const clearProgress = (): void => {
    if (progressShown) process.stderr.write('\r\x1b[K');
    progressShown = false;
  };
  return {
    env: process.env,
    localizer,
    json,
    interactive,
    signal,
    result(value, text) {
      clearProgress();
      if (json) process.stdout.write(`${JSON.stringify(value ?? null)}\n`);
      else if (text) process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    progress(text) {
      if (text === lastProgress) return;
      lastProgress = text;
      if (!interactive) {
        process.stderr.write(`${text}\n`);
        return;
      }
      process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
      progressShown = true;
    },
    note(text) {
      clearProgress();
      process.stderr.write(`${text}\n`);
    },
    readInput: () => readAll(signal),
    readSecret: (prompt) => (process.stdin.isTTY ? askHidden(prompt, signal) : Promise.resolve(undefined)),
  };
}

/** All of standard input. Who stops the program does not have to end its input too. */
async function readAll(signal: AbortSignal): Promise<string> {
  const stop = (): void => void process.stdin.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) throw new LatchkeyError('rpc.cancelled');
    return await text(process.stdin);
  } catch (error) {
    throw signal.aborted ? new LatchkeyError('rpc.cancelled') : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** A line typed on the terminal, of which nothing is shown. */
async function askHidden(prompt: string, signal: AbortSignal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
  // Once the terminal shows nothing any more.
  process.stderr.write(prompt);
  const gaveUp = new AbortController();
  // Ctrl+C, which the terminal does not make a signal of meanwhile, and Ctrl+D.
  terminal.on('SIGINT', () => gaveUp.abort());
  terminal.on('close', () => gaveUp.abort());
  try {
    return await terminal.question('', { signal: AbortSignal.any([signal, gaveUp.signal]) });
  } catch (error) {
    throw new LatchkeyError('rpc.cancelled', {}, { cause: error });
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
