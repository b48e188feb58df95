// So many connections, 64 being opened at any moment, with one request each; they stay until the last one is answered.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { createMessageConnection } from '#jsonrpc';
import { webSocketTransport, type WebSocketLike } from '#core/base/rpc/transport.ts';
import { believableFacts } from '#core/cli/simulation/believable-facts.ts';
import { Semaphore } from '#core/cli/simulation/semaphore.ts';

const [url = '', count = ''] = process.argv.slice(2);
const admission = new Semaphore(64);
const sockets = await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const leave = await admission.take();
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, 'open');
    const { reader, writer } = webSocketTransport(socket as unknown as WebSocketLike, () => {});
    const connection = createMessageConnection(reader, writer);
    connection.listen();
    await connection.sendRequest('echo', { facts: believableFacts('echo', index) });
    leave();
    return socket;
  }),
);
for (const socket of sockets) socket.close();
