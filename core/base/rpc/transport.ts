import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from '#jsonrpc';
import { LatchkeyError } from '#protocol/errors.ts';
import { maximumMessageBytes } from '#protocol/hub.ts';

/** What carries whole JSON-RPC messages between two processes. */
export interface Transport {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
}

class Reader extends AbstractMessageReader {
  private callback: DataCallback | undefined;
  private readonly early: Message[] = [];

  listen(callback: DataCallback): Disposable {
    this.callback = callback;
    for (const message of this.early.splice(0)) callback(message);
    return { dispose: () => (this.callback = undefined) };
  }
  receive(message: Message): void {
    if (this.callback) this.callback(message);
    else this.early.push(message);
  }
  fail(error: Error): void {
    this.fireError(error);
  }
  close(): void {
    this.fireClose();
  }
}

class Writer extends AbstractMessageWriter {
  private readonly send: (message: Message) => void;
  constructor(send: (message: Message) => void) {
    super();
    this.send = send;
  }
  async write(message: Message): Promise<void> {
    this.send(message);
  }
  end(): void {}
  close(): void {
    this.fireClose();
  }
}

/** The parts of a WebSocket that browsers and `ws` have in common. */
export interface WebSocketLike {
  send(data: string): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close' | 'error', listener: () => void): void;
}

/**
 * One JSON-RPC message per text frame. A request larger than `maximumMessageBytes` is not sent: it fails with `rpc.tooLarge`.
 * @param onMalformed called with what is wrong with a frame that is no JSON-RPC message; the frame is dropped.
 */
export function webSocketTransport(socket: WebSocketLike, onMalformed: (problem: string) => void): Transport {
  const reader = new Reader();
  const writer = new Writer((message) => {
    const text = JSON.stringify(message);
    // Told to whoever asks: the peer would only hang up on it. What is answered is the peer's own wish.
    if (text.length > maximumMessageBytes && 'method' in message && 'id' in message) {
      throw new LatchkeyError('rpc.tooLarge', { limit: maximumMessageBytes });
    }
    socket.send(text);
  });
  socket.addEventListener('message', ({ data }) => {
    if (typeof data !== 'string') return onMalformed('a binary frame');
    let message: unknown;
    try {
      message = JSON.parse(data);
    } catch {
      return onMalformed('not JSON');
    }
    const problem = malformation(message);
    if (problem) onMalformed(problem);
    else reader.receive(message as Message);
  });
  socket.addEventListener('close', () => {
    reader.close();
    writer.close();
  });
  return { reader, writer };
}

/** The parts of a browser's MessagePort and of a worker that are needed here. */
export interface PortLike {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

/** One JSON-RPC message per posted message, as structured clones. `close` is for whoever knows that the peer is gone. */
export function portTransport(port: PortLike): Transport & { close(): void } {
  const reader = new Reader();
  const writer = new Writer((message) => port.postMessage(message));
  port.addEventListener('message', ({ data }) => {
    if (!malformation(data)) reader.receive(data as Message);
  });
  return {
    reader,
    writer,
    close() {
      reader.close();
      writer.close();
    },
  };
}

/** What keeps `message` from being a JSON-RPC 2.0 message, if anything does. Batches are not taken. */
export function malformation(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return 'not a JSON object';
  const { jsonrpc, method, id, params } = message as Record<string, unknown>;
  if (jsonrpc !== '2.0') return '"jsonrpc" is not "2.0"';
  if (method !== undefined && typeof method !== 'string') return '"method" is not a string';
  if (id !== undefined && id !== null && !['string', 'number'].includes(typeof id))
    return '"id" is not a string or number';
  if (method === undefined && id === undefined) return 'neither a request, a notification nor an answer';
  if (params !== undefined && (typeof params !== 'object' || params === null)) return '"params" is not an object';
  return undefined;
}
