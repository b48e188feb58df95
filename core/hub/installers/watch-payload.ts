import type { WorkbenchCall } from '../workbench/workbench-handlers.ts';
import type { PayloadWatcher } from './formats/payload-cache.ts';

/** The least that progress has to have grown by to be reported. */
const step = 0.01;

/** Reports the making of a file to whoever asked for it, and ends it where they give up. */
export function watchPayload(call: WorkbenchCall): { readonly watcher: PayloadWatcher; dispose(): void } {
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
  return {
    watcher: { signal: abort.signal, onProgress },
    dispose() {
      cancelled.dispose();
      closed.dispose();
    },
  };
}
