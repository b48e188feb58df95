import { connect, type Socket } from 'node:net';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { lineTransport } from './line-transport.ts';

/** A conversation with the endpoint that runs on a data folder. */
export interface ControlClient {
  readonly rpc: RpcConnection;
  close(): void;
}

/**
 * @param path of the socket
 * @param prepare puts handlers in place before anything arrives
 * @throws Error with `code` `EACCES`, `ENOENT` or `ECONNREFUSED` where it cannot be reached
 */
export async function connectToControl(path: string, prepare?: (rpc: RpcConnection) => void): Promise<ControlClient> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const connecting = connect(path);
    connecting.once('connect', () => resolve(connecting));
    connecting.once('error', reject);
  });
  socket.on('error', () => socket.destroy());
  const rpc = new RpcConnection(lineTransport(socket));
  socket.on('close', () => rpc.dispose());
  prepare?.(rpc);
  rpc.listen();
  return {
    rpc,
    close() {
      rpc.dispose();
      socket.destroy();
    },
  };
}
