import type { WorkbenchCall } from './workbench-handlers.ts';

/** The least that progress has to have grown by to be reported. */
const step = 0.01;

export interface CallWatcher {
  /** Aborted when the caller cancels, or is gone. */
  readonly signal: AbortSignal;
  /** From 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

/** Runs long work of a call that can be cancelled and reports how far it is. */
export async function watchCall<T>(call: WorkbenchCall, work: (watcher: CallWatcher) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const cancelled = call.token.onCancellationRequested(stop);
  const closed = call.connection.onClose(stop);
  let told = -1;
  const onProgress = (fraction: number): void => {
    if (fraction < 1 && fraction - told < step) return;
    told = fraction;
    call.progress({ fraction });
  };
  try {
    return await work({ signal: abort.signal, onProgress });
  } finally {
    cancelled.dispose();
    closed.dispose();
  }
}
