import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { lineTransport } from './line-transport.ts';

export interface ControlSocketOptions {
  readonly path: string;
  /** Puts the handlers of one conversation in place. */
  readonly serve: (rpc: RpcConnection) => void;
  readonly onProblem: (problem: string) => void;
}

/** Where other programs of whoever owns the data folder reach the endpoint that runs on it. */
export class ControlSocket {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly path: string;

  private constructor(server: Server, path: string) {
    this.server = server;
    this.path = path;
  }

  /** @throws Error where the system takes no socket there */
  static async listen({ path, serve, onProblem }: ControlSocketOptions): Promise<ControlSocket> {
    // The folder is locked by this process: what is there is left over.
    await removeSocket(path);
    const server = createServer();
    const control = new ControlSocket(server, path);
    server.on('connection', (socket) => {
      control.sockets.add(socket);
      const rpc = new RpcConnection(lineTransport(socket), {
        onInternalError(error, method) {
          onProblem(`${method}: ${(error as Error).message}`);
          return '';
        },
      });
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        control.sockets.delete(socket);
        rpc.dispose();
      });
      serve(rpc);
      rpc.listen();
    });
    // Between its making and `chmod`, nobody else gets through the folder, which is its owner's alone.
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    server.on('error', (error) => onProblem(error.message));
    if (process.platform !== 'win32') await chmod(path, 0o600);
    return control;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
    await removeSocket(this.path);
  }
}

/** On Windows it goes with the last that has it open. */
const removeSocket = (path: string): Promise<void> =>
  process.platform === 'win32' ? Promise.resolve() : rm(path, { force: true });
