// What the network and JSON-RPC alone cost: answers each request with what it was sent, and keeps nothing.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { createMessageConnection } from '#jsonrpc';
import { webSocketTransport, type WebSocketLike } from '#core/base/rpc/transport.ts';

const http = createServer();
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
sockets.on('connection', (socket: WebSocket) => {
  const { reader, writer } = webSocketTransport(socket as unknown as WebSocketLike, () => {});
  const connection = createMessageConnection(reader, writer);
  connection.onRequest('echo', (value: unknown) => value);
  connection.listen();
});
http.listen(0, '127.0.0.1', () => process.send!({ port: (http.address() as AddressInfo).port }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send!({ milliseconds: (user + system) / 1000 });
});
process.once('disconnect', () => process.exit());
