import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What a page is changing: whether it is under way, and why the last one failed. Drawn by `formDialog`, `questionDialog`. */
export class PageChange implements ReactiveController {
  busy = false;
  error: unknown;
  private readonly host: ReactiveControllerHost;
  private readonly done: () => Promise<void>;

  /** @param done called after each change that went well: what the page shows is loaded anew */
  constructor(host: ReactiveControllerHost, done: () => Promise<void>) {
    this.host = host;
    this.done = done;
    host.addController(this);
  }

  hostConnected(): void {}

  /** Never rejects: what went wrong is the `error`. */
  async run(change: () => Promise<unknown>): Promise<void> {
    this.show(true, undefined);
    try {
      await change();
      await this.done();
      this.show(false, undefined);
    } catch (error) {
      this.show(false, error);
    }
  }

  /** The dialog that the error stood in is closed. */
  forget(): void {
    this.show(this.busy, undefined);
  }

  private show(busy: boolean, error: unknown): void {
    this.busy = busy;
    this.error = error;
    this.host.requestUpdate();
  }
}
