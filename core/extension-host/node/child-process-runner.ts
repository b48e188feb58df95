import { spawn, type ChildProcess } from 'node:child_process';
import { LatchkeyError } from '#protocol/errors.ts';
import { maximumExtensionMessage } from '#protocol/extension-host.ts';
import type { ExtensionBundle, ExtensionProcess, ExtensionRunner, StopReason } from '../common/extension-process.ts';

/** Megabytes of an extension's own heap; beyond it the process ends. */
const heapLimit = 128;
/** The most that is kept of what a process writes to standard error. */
const keptOutput = 2000;

export interface ChildProcessRunnerOptions {
  /** `dist/extension-host/child.cjs`, the only file that the process may read. */
  readonly bootstrap: string;
  /** Told of what an extension's process writes to standard error. */
  readonly onOutput?: (extension: string, text: string) => void;
}

/** Runs each extension in a process of its own under Node's permission model, with an empty environment. */
export class ChildProcessRunner implements ExtensionRunner {
  private readonly options: ChildProcessRunnerOptions;

  constructor(options: ChildProcessRunnerOptions) {
    this.options = options;
  }

  async start(bundle: ExtensionBundle): Promise<ExtensionProcess> {
    const { bootstrap } = this.options;
    const child = spawn(
      process.execPath,
      [
        '--permission',
        `--allow-fs-read=${bootstrap}`,
        '--disallow-code-generation-from-strings',
        '--frozen-intrinsics',
        '--no-warnings',
        `--max-old-space-size=${heapLimit}`,
        bootstrap,
      ],
      { env: {}, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true },
    );
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) =>
        reject(new LatchkeyError('extension.crashed', { extension: bundle.name, reason: error.message })),
      );
    });
    return new ChildExtension(child, bundle, this.options.onOutput);
  }
}

class ChildExtension implements ExtensionProcess {
  readonly crashed: Promise<StopReason>;
  private readonly child: ChildProcess;
  private listener: ((text: string) => void) | undefined;
  private killed = false;
  private partial: string[] = [];
  private partialLength = 0;
  private errorOutput = '';

  constructor(child: ChildProcess, bundle: ExtensionBundle, onOutput: ChildProcessRunnerOptions['onOutput']) {
    this.child = child;
    child.stdin!.on('error', () => {}); // it is gone: `crashed` says so
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => this.receive(chunk));
    child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
      this.errorOutput = (this.errorOutput + chunk).slice(-keptOutput);
      onOutput?.(bundle.name, chunk.slice(0, keptOutput));
    });
    this.crashed = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        if (!this.killed) resolve(reasonOf(code, signal, this.errorOutput));
      });
    });
    this.send(JSON.stringify({ bundle: bundle.text }));
  }

  send(text: string): void {
    // JSON.stringify leaves no line break in a text: one message is one line.
    if (this.child.stdin!.writable) this.child.stdin!.write(text + '\n');
  }

  onMessage(listener: (text: string) => void): void {
    this.listener = listener;
  }

  kill(): void {
    this.killed = true;
    this.listener = undefined;
    this.child.stdout!.destroy();
    this.child.kill('SIGKILL');
  }

  /** Gathers lines. One past the limit is handed on as far as it goes, for its length to be refused. */
  private receive(chunk: string): void {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0 && !this.killed; end = chunk.indexOf('\n', from)) {
      this.partial.push(chunk.slice(from, end));
      from = end + 1;
      const line = this.partial.join('');
      this.partial = [];
      this.partialLength = 0;
      this.listener?.(line);
    }
    const rest = chunk.slice(from);
    this.partial.push(rest);
    this.partialLength += rest.length;
    if (this.partialLength > maximumExtensionMessage) this.listener?.(this.partial.join(''));
  }
}

function reasonOf(code: number | null, signal: string | null, output: string): StopReason {
  if (/heap out of memory/.test(output)) return 'outOfMemory';
  return signal ?? `exit ${code}`;
}
