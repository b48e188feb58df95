import type { Event } from '#protocol/api/index.ts';

/** Calls listeners one by one: what one of them throws is the extension's own affair and keeps nobody else from hearing. */
export class Emitter<T> {
  private readonly listeners = new Set<(event: T) => unknown>();
  private readonly onFirst: (() => void) | undefined;
  private started = false;

  /** @param onFirst called once, when somebody listens for the first time */
  constructor(onFirst?: () => void) {
    this.onFirst = onFirst;
  }

  readonly event: Event<T> = (listener) => {
    this.listeners.add(listener);
    if (!this.started) {
      this.started = true;
      this.onFirst?.();
    }
    return { dispose: () => this.listeners.delete(listener) };
  };

  fire(event: T): void {
    for (const listener of [...this.listeners]) {
      try {
        void Promise.resolve(listener(event)).catch(() => {});
      } catch {
        // as above
      }
    }
  }
}
