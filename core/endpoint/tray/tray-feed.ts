import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Observable, Subscription } from 'rxjs';
import type { Disposable } from '#core/base/lifecycle.ts';
import { trayState, type TrayState } from './tray-state.ts';

/** Milliseconds between two attempts, and characters of one line. */
const pause = 1000;
const limit = 64 * 1024;

/**
 * Says how the endpoint stands, to whoever may read: a line of JSON for each state. It takes nothing in, so that programs of
 * people who are no administrators reach the service by no other way than being told.
 */
export class TrayFeed {
  private readonly server: Server;
  private readonly readers = new Set<Socket>();
  private readonly subscription: Subscription;
  private last = '';

  private constructor(server: Server, state$: Observable<TrayState | undefined>) {
    this.server = server;
    this.subscription = state$.subscribe((state) => this.tell(state));
    server.on('connection', (socket) => {
      this.readers.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.readers.delete(socket));
      // Nothing is expected: what comes ends it.
      socket.on('data', () => socket.destroy());
      if (this.last) socket.write(this.last);
    });
  }

  /**
   * @param admit lets the people at the computer read there
   * @throws Error where the system takes no socket there
   */
  static async listen(
    path: string,
    state$: Observable<TrayState | undefined>,
    admit: (path: string) => void = () => {},
  ): Promise<TrayFeed> {
    const server = createServer();
    const feed = new TrayFeed(server, state$);
    try {
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
      admit(path);
    } catch (error) {
      feed.subscription.unsubscribe();
      server.close();
      throw error;
    }
    server.on('error', () => {});
    return feed;
  }

  async close(): Promise<void> {
    this.subscription.unsubscribe();
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.readers) socket.destroy();
    await closed;
  }

  private tell(state: TrayState | undefined): void {
    const line = state ? `${JSON.stringify(state)}\n` : '';
    if (line === this.last) return;
    this.last = line;
    // Where there is nothing to say any more, whoever listens sees that it is over.
    for (const socket of this.readers)
      if (!line || socket.writableLength > limit) socket.destroy();
      else socket.write(line);
  }
}

/**
 * Follows a feed, for as long as it takes: what is not there now is tried again each second.
 * @param onState told of each state, and of undefined while nobody says anything
 */
export function followFeed(path: string, onState: (state: TrayState | undefined) => void): Disposable {
  let disposed = false;
  let timer: NodeJS.Timeout | undefined;
  let socket: Socket | undefined;
  const attempt = (): void => {
    let rest = '';
    socket = connect(path);
    socket.setEncoding('utf8').on('data', (text) => {
      const [first = '', ...more] = String(text).split('\n');
      const lines = [rest + first, ...more];
      rest = lines.pop() ?? '';
      if (rest.length > limit) return socket?.destroy();
      const state = parse(lines.at(-1));
      if (state && !disposed) onState(state);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (disposed) return;
      onState(undefined);
      timer = setTimeout(attempt, pause);
    });
  };
  attempt();
  return {
    dispose() {
      disposed = true;
      clearTimeout(timer);
      socket?.destroy();
    },
  };
}

function parse(line: string | undefined): TrayState | undefined {
  if (line === undefined) return undefined;
  try {
    return trayState.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
