import { newId } from '#core/base/ids.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { terminalNotifications as notifications } from '#protocol/terminal.ts';
import type { ComputerUser } from '../accounts/accounts.ts';
import { openTerminal, type SessionTerminal, type TerminalSize } from './session-terminal.ts';
import { TerminalOutput } from './terminal-output.ts';

/** How many may be open in one session, and how many that have ended are kept for whoever has not seen their end. */
const openLimit = 50;
const endedLimit = 10;

interface Terminal {
  readonly id: string;
  readonly pty: SessionTerminal;
  readonly output: TerminalOutput;
  size: TerminalSize;
  ended: boolean;
}

/** The terminals of one session. They go on while the connection is lost. */
export class SessionTerminals {
  private readonly session: string;
  private readonly rpc: () => RpcConnection | undefined;
  private readonly onProblem: (problem: string) => void;
  private readonly terminals = new Map<string, Terminal>();
  private readonly opening = new Set<Promise<unknown>>();
  private disposed = false;

  /** @param rpc the conversation with the hub as it is now, undefined while there is none */
  constructor(session: string, rpc: () => RpcConnection | undefined, onProblem: (problem: string) => void) {
    this.session = session;
    this.rpc = rpc;
    this.onProblem = onProblem;
  }

  /** @throws LatchkeyError `session.unsupported` where the system gives no terminal, `session.ended` */
  open(user: ComputerUser, size: TerminalSize): Promise<{ terminal: string }> {
    const opening = this.start(user, size).finally(() => this.opening.delete(opening));
    this.opening.add(opening);
    return opening;
  }

  list(): { terminal: string; title: string; columns: number; rows: number }[] {
    return [...this.terminals.values()]
      .filter(({ ended }) => !ended)
      .map(({ id, pty, size }) => ({ terminal: id, title: pty.title.slice(0, 200), ...size }));
  }

  /** @throws LatchkeyError `terminal.notFound` */
  attach(id: string, from: number): { offset: number; end: number } {
    return this.find(id).output.attach(from);
  }

  /** @throws LatchkeyError `terminal.notFound` */
  close(id: string): void {
    void this.drop(this.find(id));
  }

  input(id: string, data: string): void {
    if (this.terminals.get(id)?.pty.write(Buffer.from(data, 'base64')) === false)
      this.onProblem('terminal: input that nothing reads was dropped');
  }

  resize(id: string, size: TerminalSize): void {
    const terminal = this.terminals.get(id);
    if (!terminal || terminal.ended) return;
    terminal.size = size;
    terminal.pty.resize(size);
    this.notify(notifications.resized, id, size);
  }

  acknowledge(id: string, offset: number): void {
    this.terminals.get(id)?.output.acknowledge(offset);
  }

  /** The conversation with the hub is over: what is printed waits to be asked for on the next one. */
  detach(): void {
    for (const { output } of this.terminals.values()) output.detach();
  }

  /** Ends all of them. Resolves once nothing runs any more. */
  async dispose(): Promise<void> {
    this.disposed = true;
    await Promise.all([...this.terminals.values()].map((terminal) => this.drop(terminal)));
    await Promise.allSettled(this.opening);
  }

  private async start(user: ComputerUser, size: TerminalSize): Promise<{ terminal: string }> {
    if ([...this.terminals.values()].filter(({ ended }) => !ended).length >= openLimit)
      throw new LatchkeyError('session.unsupported', { feature: 'terminal', reason: `> ${openLimit}` });
    const id = newId();
    let exitCode: number | null = null;
    // Held back and ended before this knows of it.
    let [held, over] = [false, false];
    let pty: SessionTerminal | undefined = undefined;
    let terminal: Terminal | undefined = undefined;
    const output = new TerminalOutput({
      send: (offset, data) => this.notify(notifications.output, id, { offset, data: data.toString('base64') }),
      hold: (now) => {
        held = now;
        pty?.hold(now);
      },
      ended: () => this.notify(notifications.exited, id, { code: exitCode }),
    });
    // Nothing is sent before whoever opens it knows its name.
    output.detach();
    const end = (): void => {
      if (!terminal || !over) return;
      terminal.ended = true;
      output.end();
      this.forgetEnded();
    };
    pty = await openTerminal(user, size, {
      onData: (data) => output.push(data),
      onExit: (code) => {
        exitCode = code;
        over = true;
        end();
      },
      onProblem: this.onProblem,
    });
    if (this.disposed) {
      output.dispose();
      await pty.kill();
      throw new LatchkeyError('session.ended', { session: this.session });
    }
    terminal = { id, pty, output, size, ended: false };
    this.terminals.set(id, terminal);
    if (held) pty.hold(true);
    output.attach(0);
    end();
    return { terminal: id };
  }

  private drop({ id, pty, output }: Terminal): Promise<void> {
    this.terminals.delete(id);
    output.dispose();
    return pty.kill().catch((error: unknown) => this.onProblem(`terminal: ${(error as Error).message}`));
  }

  private forgetEnded(): void {
    const ended = [...this.terminals.values()].filter((terminal) => terminal.ended);
    for (const terminal of ended.slice(0, Math.max(0, ended.length - endedLimit))) void this.drop(terminal);
  }

  private find(id: string): Terminal {
    const terminal = this.terminals.get(id);
    if (!terminal) throw new LatchkeyError('terminal.notFound');
    return terminal;
  }

  private notify<P extends { session: string; terminal: string }>(
    contract: Parameters<typeof RpcConnection.prototype.notify<P>>[0],
    terminal: string,
    rest: Omit<P, 'session' | 'terminal'>,
  ): void {
    this.rpc()?.notify(contract, { session: this.session, terminal, ...rest } as P);
  }
}
