import type { TerminalSize } from '../session-terminal.ts';

/*
 * What passes between the endpoint and the process that holds a terminal: a byte for the kind, the length in four bytes (little
 * endian), and the content.
 */

const kinds = { data: 1, resize: 2, started: 3, exited: 4, problem: 5 } as const;
const headBytes = 5;
/** Of one frame's content. */
export const frameLimit = 64 * 1024;
/** Characters of what did not work. */
const problemLimit = 500;

export type TerminalFrame =
  /** Towards the terminal: input. From it: output. */
  | { readonly kind: 'data'; readonly data: Buffer }
  | { readonly kind: 'resize'; readonly size: TerminalSize }
  /** The shell runs. */
  | { readonly kind: 'started'; readonly title: string }
  | { readonly kind: 'exited'; readonly code: number }
  /** What does not work. Where nothing has started yet, nothing will. */
  | { readonly kind: 'problem'; readonly problem: string };

/** @returns one frame; several where there is more data than one may hold */
export function encodeFrame(frame: TerminalFrame): Buffer {
  switch (frame.kind) {
    case 'data': {
      const parts: Buffer[] = [];
      for (let at = 0; at < frame.data.length; at += frameLimit)
        parts.push(pack(kinds.data, frame.data.subarray(at, at + frameLimit)));
      return Buffer.concat(parts);
    }
    case 'resize': {
      const content = Buffer.alloc(4);
      content.writeUInt16LE(frame.size.columns, 0);
      content.writeUInt16LE(frame.size.rows, 2);
      return pack(kinds.resize, content);
    }
    case 'exited': {
      const content = Buffer.alloc(4);
      content.writeInt32LE(frame.code | 0);
      return pack(kinds.exited, content);
    }
    case 'started':
      return pack(kinds.started, Buffer.from(frame.title.slice(0, problemLimit)));
    case 'problem':
      return pack(kinds.problem, Buffer.from(frame.problem.slice(0, problemLimit)));
  }
}

function pack(kind: number, content: Buffer): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(kind, 0);
  head.writeUInt32LE(content.length, 1);
  return Buffer.concat([head, content]);
}

/** Puts frames together again from pieces of any size. The other side is not trusted. */
export class TerminalFrames {
  private rest: Buffer = Buffer.alloc(0);

  /** @throws Error where it is none of ours */
  *read(piece: Buffer): Generator<TerminalFrame> {
    this.rest = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    while (this.rest.length >= headBytes) {
      const length = this.rest.readUInt32LE(1);
      if (length > frameLimit) throw new Error('terminal: a frame that is too long');
      if (this.rest.length < headBytes + length) return;
      const kind = this.rest.readUInt8(0);
      const content = this.rest.subarray(headBytes, headBytes + length);
      this.rest = this.rest.subarray(headBytes + length);
      yield decode(kind, content);
    }
  }
}

function decode(kind: number, content: Buffer): TerminalFrame {
  switch (kind) {
    case kinds.data:
      return { kind: 'data', data: content };
    case kinds.resize:
      if (content.length !== 4) break;
      return { kind: 'resize', size: { columns: content.readUInt16LE(0), rows: content.readUInt16LE(2) } };
    case kinds.started:
      return { kind: 'started', title: printable(content) };
    case kinds.exited:
      if (content.length !== 4) break;
      return { kind: 'exited', code: content.readInt32LE(0) };
    case kinds.problem:
      return { kind: 'problem', problem: printable(content) };
  }
  throw new Error('terminal: a frame of no known kind');
}

/** It goes into a log. */
const printable = (content: Buffer): string =>
  content
    .toString('utf8')
    .slice(0, problemLimit)
    .replaceAll(/\p{Cc}+/gu, ' ');
