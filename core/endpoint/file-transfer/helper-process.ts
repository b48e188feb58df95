import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { StreamMessageReader, StreamMessageWriter } from '#jsonrpc';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { ComputerUser } from '../accounts/accounts.ts';
import { isSingleProgram } from '../program/single-program.ts';
import { systemPath } from '../terminal/shell-command.ts';
import { helperRequests } from './helper-contract.ts';
import { helperArgument } from './file-helper.ts';

/** Milliseconds that the helper has to clear away what is not whole. */
const patience = 5000;

/** The process that touches files with the rights of one account. */
export class HelperProcess {
  readonly rpc: RpcConnection;
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;

  /** @param onProblem told what the process says on its standard error */
  constructor(user: ComputerUser, onProblem: (problem: string) => void) {
    const { name, uid, gid, home } = user;
    const child = spawn(process.execPath, [...helperProgram(), name, String(uid), String(gid)], {
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: process.platform === 'win32' ? home : '/',
      env: environment(home),
      windowsHide: true,
    });
    this.child = child;
    this.exited = new Promise((resolve) => {
      child.once('close', () => resolve());
      child.once('error', (error) => {
        onProblem(`files: ${error.message}`);
        resolve();
      });
    });
    const { stdin, stdout, stderr } = child;
    stdin.on('error', () => {});
    stderr.setEncoding('utf8').on('data', (text: string) => onProblem(`files: ${text.trim().slice(0, 1000)}`));
    this.rpc = new RpcConnection({ reader: new StreamMessageReader(stdout), writer: new StreamMessageWriter(stdin) });
    void this.exited.then(() => this.rpc.dispose());
  }

  /** Has it clear up and end. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), patience);
    await this.rpc.request(helperRequests.giveUp, {}, { timeout: patience / 1000 }).catch(() => {});
    this.child.stdin?.end();
    await this.exited;
    clearTimeout(timer);
    this.rpc.dispose();
  }
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
