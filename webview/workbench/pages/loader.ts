import '@vscode-elements/elements/dist/vscode-progress-ring/index.js';
import type { ReactiveController, ReactiveControllerHost, TemplateResult } from 'lit';
import { errorState, loadingState } from './page-states.ts';

/**
 * Loads what a page shows: drawn as waiting, failed (with *Try again*) or there. Loading again keeps what is shown until
 * the new content arrives, and an answer that was overtaken by a later request is dropped.
 */
export class Loader<T> implements ReactiveController {
  value: T | undefined;
  error: unknown;
  private run = 0;
  private readonly host: ReactiveControllerHost;
  private readonly load: () => Promise<T>;

  constructor(host: ReactiveControllerHost, load: () => Promise<T>) {
    this.host = host;
    this.load = load;
    host.addController(this);
  }

  hostConnected(): void {
    void this.reload();
  }

  hostDisconnected(): void {
    this.run++;
  }

  /** @param fresh forgets what is shown: for another object on the same page */
  async reload(fresh = false): Promise<void> {
    const run = ++this.run;
    if (fresh) this.value = undefined;
    this.error = undefined;
    this.host.requestUpdate();
    try {
      const value = await this.load();
      if (run !== this.run) return;
      this.value = value;
    } catch (error) {
      if (run !== this.run) return;
      this.error = error;
    }
    this.host.requestUpdate();
  }

  render(ready: (value: T) => TemplateResult): TemplateResult {
    if (this.value !== undefined) return ready(this.value);
    return this.error === undefined ? loadingState() : errorState(this.error, () => void this.reload(true));
  }
}
