import { Buffer } from 'node:buffer';
import { terminalNotifications, windowBytes } from '#protocol/terminal.ts';
import type { NotificationContract, ParamsOf } from '#protocol/messages.ts';

export type Output = ParamsOf<typeof terminalNotifications.output>;

/** The parts of a workbench's connection that output needs. */
export interface ReceivingConnection {
  readonly buffered: number;
  notify<P>(contract: NotificationContract<P>, params: NoInfer<P>): void;
}

/** Beyond this a workbench that reads slowly is sent nothing more, so that the hub's memory does not fill for it. */
export const mostBuffered = 4 * windowBytes;
/** What may arrive while the computer's answer to an attach is awaited. */
const mostHeld = 4 * windowBytes;

/** The bytes that a base64 text stands for. */
export const bytesIn = (base64: string): number =>
  (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);

/**
 * One workbench's view of one terminal's output: each byte once and in order, from where it attached. The computer sends
 * one stream to all; whoever has come later has it begin anew, and the others are spared what they had.
 */
export class TerminalReceiver {
  private readonly connection: ReceivingConnection;
  /** Where the next byte that is sent begins; undefined while the computer has not said. */
  private next: number | undefined;
  private held: Output[] = [];
  private heldBytes = 0;
  private behindSince: number | undefined;

  constructor(connection: ReceivingConnection) {
    this.connection = connection;
  }

  /** Where it would go on; undefined before it has begun. */
  get position(): number | undefined {
    return this.next;
  }

  /** Since when it misses something, milliseconds since 1970: the workbench was too slow, or the stream had a gap. */
  get missingSince(): number | undefined {
    return this.behindSince;
  }

  /** Whether the workbench has read what it was sent, and can be sent more. */
  get hasRoom(): boolean {
    return this.connection.buffered < mostBuffered / 2;
  }

  /** Waits for the computer to say where its output begins. */
  await(): void {
    this.next = undefined;
    this.behindSince = undefined;
    this.held = [];
    this.heldBytes = 0;
  }

  /** The output begins here. What has arrived meanwhile is handed on once whoever asked has been answered. */
  begin(offset: number): void {
    this.next = offset;
    setImmediate(() => {
      const held = this.held;
      this.held = [];
      this.heldBytes = 0;
      // What was on its way before the computer began anew is not what comes next.
      for (const output of held) if (output.offset <= (this.next ?? 0)) this.take(output);
    });
  }

  /** Its computer's connection was lost: whatever was on its way is gone. */
  miss(): void {
    this.behindSince ??= Date.now();
  }

  /** It is to miss nothing more: the computer begins again at its position, or later where that is gone. */
  catchUp(offset: number): void {
    this.behindSince = undefined;
    this.next = Math.max(this.next ?? offset, offset);
  }

  take(output: Output): void {
    if (this.next === undefined || this.held.length > 0) {
      this.heldBytes += output.data.length;
      if (this.heldBytes <= mostHeld) this.held.push(output);
      return;
    }
    if (this.behindSince !== undefined) return;
    const end = output.offset + bytesIn(output.data);
    if (end <= this.next) return;
    if (output.offset > this.next || this.connection.buffered > mostBuffered) return this.miss();
    const had = this.next - output.offset;
    this.next = end;
    if (had === 0) return this.connection.notify(terminalNotifications.output, output);
    const data = Buffer.from(output.data, 'base64').subarray(had).toString('base64');
    this.connection.notify(terminalNotifications.output, { ...output, offset: output.offset + had, data });
  }
}
