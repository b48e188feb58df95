import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { StreamMessageReader, StreamMessageWriter } from '#jsonrpc';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { ComputerUser } from '../accounts/accounts.ts';
import { ownChild } from '../program/own-child.ts';
import { isSingleProgram } from '../program/single-program.ts';
import { systemPath } from '../terminal/shell-command.ts';
import { WindowsChild } from '../windows/start-child.ts';
import { systemFolder } from '../windows/windows-api.ts';
import { helperRequests } from './helper-contract.ts';
import { helperArgument } from './file-helper.ts';

/** Milliseconds that the helper has to clear away what is not whole. */
const patience = 5000;

/** A process that runs. */
interface Running {
  readonly input: Writable;
  readonly output: Readable;
  readonly error: Readable;
  /** Resolves once it has ended; with why it never ran, where that is so. */
  readonly exited: Promise<Error | undefined>;
  kill(): void;
}

/** The process that touches files with the rights of one account. */
export class HelperProcess {
  readonly rpc: RpcConnection;
  private readonly running: Running;

  /** @param onProblem told what the process says on its standard error */
  constructor(user: ComputerUser, onProblem: (problem: string) => void) {
    this.running = user.signedIn ? startSignedIn(user) : start(user);
    const { input, output, error, exited } = this.running;
    input.on('error', () => {});
    error.setEncoding('utf8').on('data', (text: string) => onProblem(`files: ${text.trim().slice(0, 1000)}`));
    this.rpc = new RpcConnection({ reader: new StreamMessageReader(output), writer: new StreamMessageWriter(input) });
    void exited.then((problem) => {
      if (problem) onProblem(`files: ${problem.message}`);
      this.rpc.dispose();
    });
  }

  /** Has it clear up and end. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.running.kill(), patience);
    await this.rpc.request(helperRequests.giveUp, {}, { timeout: patience / 1000 }).catch(() => {});
    this.running.input.end();
    await this.running.exited;
    clearTimeout(timer);
    this.rpc.dispose();
  }
}

function start({ name, uid, gid, home }: ComputerUser): Running {
  const child = spawn(process.execPath, [...helperProgram(), name, String(uid), String(gid)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: process.platform === 'win32' ? systemFolder() : '/',
    env: environment(home),
    windowsHide: true,
  });
  const exited = new Promise<Error | undefined>((resolve) => {
    child.once('close', () => resolve(undefined));
    child.once('error', resolve);
  });
  const { stdin: input, stdout: output, stderr: error } = child;
  return { input, output, error, exited, kill: () => void child.kill('SIGKILL') };
}

/** As an account of Windows that has signed in for the session. */
function startSignedIn(user: ComputerUser): Running {
  const { name, uid, gid } = user;
  const child = WindowsChild.start(ownChild(user, [helperArgument, name, String(uid), String(gid)]));
  const { input, output, error } = child;
  return { input, output, error, exited: child.exited.then(() => undefined), kill: () => child.kill() };
}

/** How this program becomes the helper: as a bundle by an argument, from its sources by a file of its own. */
function helperProgram(): string[] {
  if (isSingleProgram()) return [helperArgument];
  if (typeof __filename === 'string') return [__filename, helperArgument];
  const source = new URL('./file-helper-main.ts', import.meta.url);
  if (existsSync(source)) return [fileURLToPath(source)];
  // The command line's own bundle has the endpoint's beside it.
  return [fileURLToPath(new URL('../endpoint/latchkey-endpoint.cjs', import.meta.url)), helperArgument];
}

/** Nothing of what the endpoint itself was started with. */
function environment(home: string): Record<string, string> {
  if (process.platform !== 'win32') return { PATH: systemPath, HOME: home, LANG: 'C.UTF-8' };
  const { SystemRoot = 'C:\\Windows', PATH = '', TEMP = '' } = process.env;
  return { SystemRoot, PATH, TEMP, USERPROFILE: home };
}
