import { createMessageConnection } from 'vscode-jsonrpc/browser';
import { webSocketTransport, type WebSocketLike } from '#core/base/rpc/transport.ts';

/* As `echo-worker.ts`, for the worker of a sandboxed frame, which is handed a port and speaks in texts. */
addEventListener(
  'message',
  ({ ports: [port] }) => {
    const socket: WebSocketLike = {
      send: (text) => port!.postMessage(text),
      addEventListener: (type: string, listener: (event: never) => void) => {
        if (type !== 'message') return;
        port!.addEventListener('message', listener as (event: MessageEvent) => void);
        port!.start();
      },
    };
    const { reader, writer } = webSocketTransport(socket, () => {});
    const connection = createMessageConnection(reader, writer);
    connection.onRequest('echo', (value: unknown) => value);
    connection.listen();
  },
  { once: true },
);
