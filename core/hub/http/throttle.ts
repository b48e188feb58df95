import type { WebSocket } from 'ws';

export interface Rate {
  /** Messages that may come at once. */
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Holds a peer to a rate by reading no further from its socket until it is its turn: nothing is lost, and a flood waits in
 * the sender's own memory.
 * @returns gives the peer another rate from now on
 */
export function throttle(socket: WebSocket, rate: Rate): (rate: Rate) => void {
  let { burst, perSecond } = rate;
  let tokens = burst;
  let countedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  socket.on('message', () => {
    const now = performance.now();
    tokens = Math.min(burst, tokens + ((now - countedAt) / 1000) * perSecond) - 1;
    countedAt = now;
    if (tokens >= 0 || timer !== undefined) return;
    socket.pause();
    timer = setTimeout(
      () => {
        timer = undefined;
        if (socket.readyState === socket.OPEN) socket.resume();
      },
      Math.min(5000, (-tokens / perSecond) * 1000 + 10),
    );
  });
  socket.on('close', () => clearTimeout(timer));
  return (next) => {
    ({ burst, perSecond } = next);
    tokens = Math.min(tokens, burst);
  };
}
