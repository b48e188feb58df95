import { text } from 'node:stream/consumers';
import type { Localizer } from '#core/base/l10n/localizer.ts';
import type { CliIo } from './cli-io.ts';

/** The command line's world as it is: this process's streams and signals. */
export function processIo(localizer: Localizer, json: boolean): CliIo {
  const interactive = process.stderr.isTTY === true;
  const aborter = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => aborter.abort());

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
    signal: aborter.signal,
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
    readInput: () => text(process.stdin),
  };
}
