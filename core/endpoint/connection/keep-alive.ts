import type { WebSocket } from 'ws';
import type { Disposable } from '#core/base/lifecycle.ts';

export interface KeepAliveOptions {
  /** Seconds between two signs of life that are asked for. */
  readonly interval: number;
  /** Seconds to wait for an answer. */
  readonly patience: number;
}

/**
 * Asks the other side for a sign of life, and ends the connection where none comes: a cable that was pulled or a NAT that
 * forgot says nothing by itself.
 * @param onAlive called at each sign of life
 */
export function keepAlive(socket: WebSocket, options: KeepAliveOptions, onAlive: () => void): Disposable {
  let heard = true;
  let timer: NodeJS.Timeout | undefined;
  const alive = (): void => {
    heard = true;
    onAlive();
  };
  const ask = (): void => {
    heard = false;
    socket.ping();
    timer = setTimeout(judge, options.patience * 1000);
  };
  const judge = (): void => {
    if (heard) timer = setTimeout(ask, Math.max(0, options.interval - options.patience) * 1000);
    else socket.terminate();
  };
  socket.on('pong', alive);
  socket.on('message', alive);
  timer = setTimeout(ask, options.interval * 1000);
  return {
    dispose() {
      clearTimeout(timer);
      socket.off('pong', alive);
      socket.off('message', alive);
    },
  };
}
