import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a benchmark makes, so that all of it goes again however the benchmark ends. */
export class Workspace {
  private readonly cleanups: (() => unknown)[] = [];

  /** Called at the end; what was added last comes first. */
  defer(cleanup: () => unknown): void {
    this.cleanups.push(cleanup);
  }

  /** A new folder. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
    this.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
    return folder;
  }

  /** What is being done now, for whoever waits. */
  note(text: string): void {
    process.stderr.write(`  ${text}\n`);
  }

  async clean(): Promise<void> {
    for (const cleanup of this.cleanups.splice(0).reverse()) {
      await Promise.resolve(cleanup()).catch((error: unknown) => this.note(`left behind: ${String(error)}`));
    }
  }
}
