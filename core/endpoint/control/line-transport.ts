import type { Socket } from 'node:net';
import { webSocketTransport, type Transport, type WebSocketLike } from '#core/base/rpc/transport.ts';

/** Characters: a line that is longer ends the conversation. */
const limit = 256 * 1024;

/** JSON-RPC over a stream, one message a line. */
export function lineTransport(socket: Socket): Transport {
  const lines: WebSocketLike = {
    send: (data) => void socket.write(`${data}\n`),
    addEventListener(type: string, listener: (event: { data: unknown }) => void) {
      if (type === 'close') socket.on('close', () => listener({ data: undefined }));
      if (type !== 'message') return;
      let rest = '';
      socket.setEncoding('utf8').on('data', (text) => {
        const [first = '', ...more] = String(text).split('\n');
        const whole = [rest + first, ...more];
        rest = whole.pop() ?? '';
        if (rest.length > limit) return socket.destroy();
        for (const line of whole) listener({ data: line });
      });
    },
  };
  return webSocketTransport(lines, () => socket.destroy());
}
