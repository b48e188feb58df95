import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { toProblem, type Problem } from './texts.ts';

/** What a button starts: one at a time, with what went wrong last. */
export class Action implements ReactiveController {
  busy = false;
  problem: Problem | undefined;
  private readonly host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    host.addController(this);
  }

  hostConnected(): void {}

  /** @returns whether it was done; false too where another one is still under way. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = undefined;
    this.host.requestUpdate();
    try {
      await work();
      return true;
    } catch (error) {
      this.problem = toProblem(error);
      return false;
    } finally {
      this.busy = false;
      this.host.requestUpdate();
    }
  }

  clear(): void {
    if (this.problem === undefined) return;
    this.problem = undefined;
    this.host.requestUpdate();
  }
}
