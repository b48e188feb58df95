import { chunkBytes, keptBytes, windowBytes } from '#protocol/terminal.ts';

export interface TerminalOutputPort {
  send(offset: number, data: Buffer): void;
  /** The program is to wait, or to go on. */
  hold(held: boolean): void;
  /** All has been sent, after `end`. */
  ended(): void;
}

/** Milliseconds in which output is gathered into one message, where some was sent just before. */
const gathering = 5;

/**
 * The output of a terminal as a stream with offsets. Keeps its last `keptBytes`, sends no more than `windowBytes` beyond what
 * was acknowledged, and holds the program back beyond that. Nothing is sent while nobody is attached.
 */
export class TerminalOutput {
  private readonly port: TerminalOutputPort;
  private chunks: Buffer[] = [];
  /** Where `chunks` begin. */
  private earliest = 0;
  private produced = 0;
  private sent = 0;
  private acknowledged = 0;
  private attached = true;
  private over = false;
  /** Whoever is attached knows that it is over. */
  private endTold = false;
  private held = false;
  private timer: NodeJS.Timeout | undefined;
  private lastSentAt = 0;

  constructor(port: TerminalOutputPort) {
    this.port = port;
  }

  push(data: Buffer): void {
    this.chunks.push(data);
    this.produced += data.length;
    while (this.produced - this.earliest - (this.chunks[0]?.length ?? 0) >= keptBytes) {
      this.earliest += this.chunks.shift()?.length ?? 0;
    }
    this.updateHold();
    const waiting = this.produced - this.sent;
    if (waiting >= chunkBytes || performance.now() - this.lastSentAt > gathering) this.pump();
    else this.timer ??= setTimeout(() => this.pump(), gathering);
  }

  /** The program has ended: nothing more is pushed. */
  end(): void {
    this.over = true;
    this.pump();
  }

  acknowledge(offset: number): void {
    if (offset <= this.acknowledged || offset > this.produced) return;
    this.acknowledged = offset;
    this.updateHold();
    this.pump();
  }

  /**
   * Sends from `from` on, or from the earliest byte kept where that is later.
   * @returns where what is sent begins, and where what has been printed so far ends
   */
  attach(from: number): { offset: number; end: number } {
    this.sent = Math.min(Math.max(from, this.earliest), this.produced);
    this.attached = true;
    this.endTold = false;
    // After the answer to whoever attaches.
    setImmediate(() => this.pump());
    return { offset: this.sent, end: this.produced };
  }

  /** The connection is lost. */
  detach(): void {
    this.attached = false;
  }

  dispose(): void {
    this.attached = false;
    clearTimeout(this.timer);
    this.chunks = [];
  }

  private updateHold(): void {
    const held = this.produced - this.acknowledged >= windowBytes;
    if (held === this.held) return;
    this.held = held;
    this.port.hold(held);
  }

  private pump(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const limit = this.acknowledged + windowBytes;
    while (this.attached && this.sent < this.produced && this.sent < limit) {
      const data = this.slice(this.sent, Math.min(this.sent + chunkBytes, this.produced, limit));
      const offset = this.sent;
      this.sent += data.length;
      this.lastSentAt = performance.now();
      this.port.send(offset, data);
    }
    if (!this.over || this.endTold || !this.attached || this.sent < this.produced) return;
    this.endTold = true;
    this.port.ended();
  }

  private slice(from: number, to: number): Buffer {
    const parts: Buffer[] = [];
    let start = this.earliest;
    for (const chunk of this.chunks) {
      const end = start + chunk.length;
      if (end > from && start < to) parts.push(chunk.subarray(Math.max(0, from - start), to - start));
      if (end >= to) break;
      start = end;
    }
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }
}
