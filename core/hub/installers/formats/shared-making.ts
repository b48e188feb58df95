import { LatchkeyError } from '#protocol/errors.ts';

/** Who waits for something that is being made. */
export interface Watcher {
  /** 0…1 */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Making<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  readonly watchers: Set<Watcher>;
}

/** Something long that callers at the same time share: it is made once for all, and stops once all have given up. */
export class SharedMaking<T> {
  private making: Making<T> | undefined;

  /**
   * Joins the making that goes on, or begins one.
   * @throws LatchkeyError `rpc.cancelled` for a caller that has given up; else what `make` throws
   */
  async join(
    watcher: Watcher,
    make: (signal: AbortSignal, onProgress: (fraction: number) => void) => Promise<T>,
  ): Promise<T> {
    const { signal } = watcher;
    if (signal?.aborted) throw new LatchkeyError('rpc.cancelled');
    const making = (this.making ??= this.begin(make));
    making.watchers.add(watcher);
    let give: (() => void) | undefined;
    const givenUp = new Promise<never>((_, reject) => {
      give = () => reject(new LatchkeyError('rpc.cancelled'));
      signal?.addEventListener('abort', give);
    });
    try {
      return await Promise.race([making.result, givenUp]);
    } finally {
      if (give) signal?.removeEventListener('abort', give);
      making.watchers.delete(watcher);
      if (making.watchers.size === 0) making.abort.abort();
    }
  }

  private begin(make: (signal: AbortSignal, onProgress: (fraction: number) => void) => Promise<T>): Making<T> {
    const abort = new AbortController();
    const watchers = new Set<Watcher>();
    const over = (): void => {
      if (this.making?.abort === abort) this.making = undefined;
    };
    const result = make(abort.signal, (fraction) => {
      for (const watcher of watchers) watcher.onProgress?.(fraction);
    }).finally(over);
    result.catch(() => {}); // everybody may have given up
    // Whoever asks from now on starts anew rather than joining one that is stopping.
    abort.signal.addEventListener('abort', over);
    return { result, abort, watchers };
  }
}

/** A watcher's two, for a work of two parts of which the first takes that share of the whole. */
export function inParts({ onProgress, signal }: Watcher, first: number): [Watcher, Watcher] {
  return [
    { signal, onProgress: onProgress && ((fraction) => onProgress(fraction * first)) },
    { signal, onProgress: onProgress && ((fraction) => onProgress(first + fraction * (1 - first))) },
  ];
}
