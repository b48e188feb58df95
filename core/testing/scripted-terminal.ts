import { newId } from '#core/base/ids.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { TerminalOutput } from '#core/endpoint/terminal/terminal-output.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ParamsOf } from '#protocol/messages.ts';
import { terminalNotifications as notifications, terminalRequests as requests } from '#protocol/terminal.ts';

const chunk = 32 * 1024;

/** What stands at an offset of a scripted terminal's output. */
export const byteAt = (offset: number): number => (offset * 31 + (offset >> 8)) & 0xff;

function bytes(from: number, length: number): Buffer {
  const data = Buffer.allocUnsafe(length);
  for (let index = 0; index < length; index++) data[index] = byteAt(from + index);
  return data;
}

/** A computer's terminals, with the endpoint's own flow of output and a program that prints as much as a test wants. */
export class ScriptedTerminals {
  readonly inputs: string[] = [];
  readonly sizes: [number, number][] = [];
  readonly attached: number[] = [];
  readonly closed: string[] = [];
  readonly open = new Map<string, TerminalOutput>();
  /** What happens before one is opened. */
  onOpen: () => Promise<unknown> = () => Promise.resolve();
  private rpc: RpcConnection;
  private readonly session: string;
  private readonly held = new Set<string>();
  private readonly left = new Map<string, number>();
  private readonly printed = new Map<string, number>();

  constructor(rpc: RpcConnection, session: string) {
    this.rpc = rpc;
    this.session = session;
    this.serve(rpc);
  }

  /** Goes on over another connection. */
  serve(rpc: RpcConnection): void {
    this.rpc = rpc;
    rpc.onClose(() => {
      if (this.rpc === rpc) for (const output of this.open.values()) output.detach();
    });
    rpc.handle(requests.open, async () => {
      await this.onOpen();
      return { terminal: this.make() };
    });
    rpc.handle(requests.list, () =>
      [...this.open.keys()].map((terminal) => ({ terminal, title: 'sh', columns: 80, rows: 24 })),
    );
    rpc.handle(requests.attach, ({ terminal, from }) => {
      this.attached.push(from);
      return this.find(terminal).attach(from);
    });
    rpc.handle(requests.close, ({ terminal }) => {
      this.find(terminal).dispose();
      this.open.delete(terminal);
      this.closed.push(terminal);
      return {};
    });
    rpc.on(notifications.input, ({ data }) => void this.inputs.push(Buffer.from(data, 'base64').toString()));
    rpc.on(notifications.resize, ({ columns, rows }) => void this.sizes.push([columns, rows]));
    rpc.on(notifications.acknowledge, ({ terminal, offset }) => this.open.get(terminal)?.acknowledge(offset));
  }

  /** Has the program print so many bytes more; it waits where it is held back. */
  print(terminal: string, count: number): void {
    this.left.set(terminal, (this.left.get(terminal) ?? 0) + count);
    this.goOn(terminal);
  }

  private make(): string {
    const id = newId();
    const { session } = this;
    const output = new TerminalOutput({
      send: (offset, data) =>
        this.rpc.notify(notifications.output, { session, terminal: id, offset, data: data.toString('base64') }),
      hold: (held) => {
        if (held) this.held.add(id);
        else if (this.held.delete(id)) setImmediate(() => this.goOn(id));
      },
      ended: () => this.rpc.notify(notifications.exited, { session, terminal: id, code: 0 }),
    });
    output.detach();
    this.open.set(id, output);
    return id;
  }

  private goOn(id: string): void {
    const output = this.open.get(id);
    while (output && !this.held.has(id) && (this.left.get(id) ?? 0) > 0) {
      const at = this.printed.get(id) ?? 0;
      const length = Math.min(chunk, this.left.get(id) ?? 0);
      this.printed.set(id, at + length);
      this.left.set(id, (this.left.get(id) ?? 0) - length);
      output.push(bytes(at, length));
    }
  }

  private find(terminal: string): TerminalOutput {
    const output = this.open.get(terminal);
    if (!output) throw new LatchkeyError('terminal.notFound');
    return output;
  }
}

/** A workbench's view of a terminal: what it has received, checked byte by byte. */
export class TerminalViewer {
  /** Where the next byte is expected. */
  next = 0;
  /** Bytes that it was never sent, because the computer keeps only so much. */
  missed = 0;
  exits = 0;
  /** Whether what has arrived is acknowledged at once. */
  acknowledges: boolean;
  private readonly rpc: RpcConnection;
  private readonly of: { session: string; terminal: string };
  private acknowledged = 0;

  constructor(rpc: RpcConnection, session: string, terminal: string, acknowledges = true) {
    this.rpc = rpc;
    this.of = { session, terminal };
    this.acknowledges = acknowledges;
    rpc.on(notifications.output, (output) => this.take(output));
    rpc.on(notifications.exited, () => void this.exits++);
  }

  async attach(from = this.next): Promise<void> {
    const { offset } = await this.rpc.request(requests.attach, { ...this.of, from });
    this.missed += Math.max(0, offset - this.next);
    this.next = offset;
  }

  acknowledge(): void {
    if (this.next <= this.acknowledged) return;
    this.acknowledged = this.next;
    this.rpc.notify(notifications.acknowledge, { ...this.of, offset: this.next });
  }

  private take({ terminal, offset, data }: ParamsOf<typeof notifications.output>): void {
    if (terminal !== this.of.terminal) return;
    const received = Buffer.from(data, 'base64');
    if (offset < this.next) throw new Error(`Sent twice: ${offset} after ${this.next}`);
    this.missed += offset - this.next;
    // A sample of each message: the whole would take longer than the way here.
    for (let index = 0; index < received.length; index += 97) {
      if (received[index] !== byteAt(offset + index)) throw new Error(`Another byte at ${offset + index}`);
    }
    this.next = offset + received.length;
    if (this.acknowledges && this.next - this.acknowledged >= 64 * 1024) this.acknowledge();
  }
}
