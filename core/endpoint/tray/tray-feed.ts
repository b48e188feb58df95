import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Observable, Subscription } from 'rxjs';
import type { Disposable } from '#core/base/lifecycle.ts';
import { trayState, type TrayState } from './tray-state.ts';

/** Milliseconds between two attempts, and those that readers have to end. */
const pause = 1000;
const farewell = 3000;
/** Characters of one line. */
const limit = 64 * 1024;
/** The last line: the service ends, and whoever shows how it stands ends with it. */
const end = '{"end":true}';

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

  /**
   * Has those who listen end, and waits until they have, for seconds at most: the program's file is free then, for another
   * version or to be deleted.
   */
  async close(): Promise<void> {
    this.subscription.unsubscribe();
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.readers) socket.write(`${end}\n`);
    const timer = setTimeout(() => this.readers.forEach((socket) => socket.destroy()), farewell);
    await closed;
    clearTimeout(timer);
  }

  private tell(state: TrayState | undefined): void {
    const line = state ? `${JSON.stringify(state)}\n` : '';
    if (line === this.last) return;
    this.last = line;
    // Where there is nothing to say any more, the end is near: `close` tells of it.
    if (!line) return;
    for (const socket of this.readers)
      if (socket.writableLength > limit) socket.destroy();
      else socket.write(line);
  }
}

/**
 * Follows a feed, for as long as it takes: what is not there now is tried again each second.
 * @param onState told of each state, and of undefined while nobody says anything
 * @param onEnd told when the service ends, as it should. It waits for this process to end.
 */
export function followFeed(
  path: string,
  onState: (state: TrayState | undefined) => void,
  onEnd: () => void,
): Disposable {
  let disposed = false;
  let awaited = false;
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
      if (disposed) return;
      if (lines.includes(end)) {
        awaited = true;
        return onEnd();
      }
      const state = parse(lines.at(-1));
      if (state) onState(state);
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
      // The service waits for the end of the process, which closes it: nothing before that does.
      if (awaited) socket?.unref();
      else socket?.destroy();
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
