import type { WebSocket } from 'ws';

/** Seconds between pings. */
const interval = 15;
/** Without a sign of life for so many seconds a peer is taken for dead. */
const patience = 40;

/** Pings every WebSocket, and drops those that no longer answer: after 45 seconds at the latest. */
export class KeepAlive {
  private readonly heard = new Map<WebSocket, number>();
  private readonly timer: NodeJS.Timeout;
  private readonly now: () => number;

  constructor(now: () => number = () => performance.now() / 1000) {
    this.now = now;
    this.timer = setInterval(() => this.check(), (interval / 3) * 1000);
    this.timer.unref();
  }

  watch(socket: WebSocket): void {
    const alive = (): void => void this.heard.set(socket, this.now());
    alive();
    socket.on('pong', alive);
    socket.on('message', alive);
    socket.on('close', () => this.heard.delete(socket));
  }

  /** Pings whoever has been silent for a while, ends whoever has been for too long. */
  check(): void {
    const now = this.now();
    for (const [socket, at] of this.heard) {
      if (socket.isPaused) continue; // held back by us: it could not be heard
      if (now - at > patience) socket.terminate();
      else if (now - at >= interval) socket.ping();
    }
  }

  dispose(): void {
    clearInterval(this.timer);
  }
}
