import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { seal } from '#core/base/sealed-message.ts';
import { fileRequests, pieceBytes } from '#protocol/file-transfer.ts';
import { sealedPurpose } from '#protocol/sealed.ts';
import { sessionRequests, type Session } from '#protocol/sessions.ts';
import { terminalNotifications, terminalRequests } from '#protocol/terminal.ts';

/** Milliseconds; Wine takes its time. */
const patience = 60_000;

/** What a technician does in a session, by the same messages as the workbench. */
export class TechnicianAtWork {
  readonly session: string;
  private readonly rpc: RpcConnection;

  constructor(rpc: RpcConnection, session: string) {
    this.rpc = rpc;
    this.session = session;
  }

  /** Gives an account of the computer. */
  async signIn({ sealingKey }: Session, account: string, password: string): Promise<Session> {
    const given = Buffer.from(JSON.stringify({ account, password }));
    const sealed = await seal(sealingKey ?? '', sealedPurpose(this.session), given);
    return this.rpc.request(sessionRequests.signIn, { session: this.session, account: sealed });
  }

  async openTerminal(): Promise<TerminalAtWork> {
    return TerminalAtWork.open(this.rpc, this.session);
  }

  /** @returns its path there */
  async send(folder: string, name: string, content: Buffer): Promise<string> {
    const { session, rpc } = this;
    const file = { session, folder, name, size: content.length, replace: false };
    const { transfer, path } = await rpc.request(fileRequests.write, file);
    for (let offset = 0; offset < content.length; offset += pieceBytes) {
      const data = content.subarray(offset, offset + pieceBytes).toString('base64');
      await rpc.request(fileRequests.put, { session, transfer, offset, data });
    }
    const { sha256 } = await rpc.request(fileRequests.finish, { session, transfer });
    assert.equal(sha256, createHash('sha256').update(content).digest('hex'));
    return path;
  }

  async receive(path: string): Promise<Buffer> {
    const { session, rpc } = this;
    const { transfer, size } = await rpc.request(fileRequests.read, { session, path });
    const parts: Buffer[] = [];
    for (let offset = 0; offset < size; offset += pieceBytes) {
      const { data } = await rpc.request(fileRequests.piece, { session, transfer, offset });
      parts.push(Buffer.from(data, 'base64'));
    }
    await rpc.request(fileRequests.finish, { session, transfer });
    return Buffer.concat(parts);
  }

  end(): Promise<unknown> {
    return this.rpc.request(sessionRequests.end, { session: this.session });
  }
}

export class TerminalAtWork {
  readonly terminal: string;
  /** All that was printed, control sequences and all. */
  printed = '';
  /** The exit code, once it has ended. */
  exited: number | null | undefined;
  private readonly rpc: RpcConnection;
  private readonly session: string;
  private received = 0;

  private constructor(rpc: RpcConnection, session: string, terminal: string) {
    this.rpc = rpc;
    this.session = session;
    this.terminal = terminal;
    const decoder = new TextDecoder();
    rpc.on(terminalNotifications.output, ({ terminal: of, offset, data }) => {
      if (of !== terminal) return;
      const bytes = Buffer.from(data, 'base64');
      assert.equal(offset, this.received, 'nothing is lost');
      this.received += bytes.length;
      this.printed += decoder.decode(bytes, { stream: true });
      rpc.notify(terminalNotifications.acknowledge, { session, terminal, offset: this.received });
    });
    rpc.on(terminalNotifications.exited, ({ terminal: of, code }) => {
      if (of === terminal) this.exited = code;
    });
  }

  static async open(rpc: RpcConnection, session: string): Promise<TerminalAtWork> {
    const { terminal } = await rpc.request(terminalRequests.open, { session, columns: 100, rows: 30 }, { timeout: 60 });
    const opened = new TerminalAtWork(rpc, session, terminal);
    await rpc.request(terminalRequests.attach, { session, terminal, from: 0 });
    return opened;
  }

  type(keys: string): void {
    const { session, terminal } = this;
    const data = Buffer.from(keys).toString('base64');
    this.rpc.notify(terminalNotifications.input, { session, terminal, data });
  }

  resize(columns: number, rows: number): void {
    const { session, terminal } = this;
    this.rpc.notify(terminalNotifications.resize, { session, terminal, columns, rows });
  }

  /** Waits until it has printed this from a place on. @returns the place behind it */
  async shows(what: RegExp, from = 0): Promise<number> {
    let found: RegExpExecArray | null = null;
    await this.until(`shows ${String(what)}`, () => (found = what.exec(this.printed.slice(from))) !== null);
    const { index, 0: text } = found as unknown as RegExpExecArray;
    return from + index + text.length;
  }

  async ended(): Promise<number | null> {
    await this.until('ends', () => this.exited !== undefined);
    return this.exited ?? null;
  }

  private async until(what: string, condition: () => boolean): Promise<void> {
    for (const end = Date.now() + patience; !condition(); await delay(25))
      assert.ok(Date.now() < end, `The terminal never ${what}:\n${JSON.stringify(this.printed.slice(-1500))}`);
  }
}
