import type { Socket } from 'node:net';
import { environmentBlock, type Environment } from './environment-block.ts';
import { openPipe, type PipeEnd } from './pipe-end.ts';
import { ProcessJob } from './process-job.ts';
import { quoteArgument } from './run-elevated.ts';
import { exitCodeOf, startProcess, type StartedProcess } from './start-process.ts';
import { closeHandle } from './token.ts';

export interface ChildOrder {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly folder: string;
  /** As whom, and on which desktop; as this program where absent. */
  readonly token?: bigint | undefined;
  readonly desktop?: string | undefined;
}

/** Milliseconds between two looks at whether it runs still. */
const looking = 50;

/** A program of Node.js's that this one has started and talks to. */
export class WindowsChild {
  /** What it reads; what it writes there comes back here too. */
  readonly input: Socket;
  readonly output: Socket;
  readonly error: Socket;
  /** Resolves with its exit code. */
  readonly exited: Promise<number>;
  private readonly job: ProcessJob;

  private constructor(job: ProcessJob, { handle }: StartedProcess, ends: readonly PipeEnd[]) {
    const [input, output, error] = ends.map(({ stream }) => stream) as [Socket, Socket, Socket];
    this.input = input;
    this.output = output;
    this.error = error;
    this.job = job;
    this.exited = new Promise((resolve) => {
      const look = (): void => {
        const code = exitCodeOf(handle);
        if (code === undefined) return;
        clearInterval(timer);
        closeHandle(handle);
        resolve(code);
      };
      // Its pipes close when it ends. Waiting by a call of Windows would take one of four threads for as long as it runs.
      let timer: NodeJS.Timeout | undefined;
      input.once('close', () => {
        timer = setInterval(look, looking);
        look();
      });
    });
  }

  /**
   * Starts it.
   * @throws WindowsError
   */
  static start(order: ChildOrder): WindowsChild {
    const { program, args } = order;
    const job = new ProcessJob();
    const ends: PipeEnd[] = [];
    try {
      for (let count = 0; count < 3; count++) ends.push(openPipe({ overlapped: true, inherited: true }));
      const started = startProcess({
        ...order,
        commandLine: [program, ...args].map(quoteArgument).join(' '),
        environment: environmentBlock(order.environment),
        standard: ends.map(({ handle }) => handle) as [bigint, bigint, bigint],
        job,
      });
      return new WindowsChild(job, started, ends);
    } catch (error) {
      job.close();
      for (const { stream } of ends) stream.destroy();
      throw error;
    } finally {
      for (const { handle } of ends) closeHandle(handle);
    }
  }

  /** Ends it, and all that it has started, at once. */
  kill(): void {
    this.job.close();
  }
}
