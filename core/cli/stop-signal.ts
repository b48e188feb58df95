import { constants } from 'node:os';

/** Seconds that what goes on has to end by itself once the process is told to stop. */
const patience = 30;

/**
 * Aborted when the process is told to stop: by Ctrl+C, by the system, or as its terminal goes. A second Ctrl+C ends it at
 * once. The others say the same however often they come: a process group and a parent that passes them on say it twice.
 */
export function stopSignal(): AbortSignal {
  const aborter = new AbortController();
  const endAtOnce = (signal: NodeJS.Signals): never => process.exit(128 + constants.signals[signal]);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (aborter.signal.aborted) {
        if (signal === 'SIGINT') endAtOnce(signal);
        return;
      }
      aborter.abort();
      setTimeout(endAtOnce, patience * 1000, signal).unref();
    });
  }
  return aborter.signal;
}
