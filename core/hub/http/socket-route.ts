import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Rate } from './throttle.ts';

/** What is known of a request, whatever proxies it came through. */
export interface RequestInfo {
  readonly request: IncomingMessage;
  /** The caller's network address. */
  readonly from: string;
  /** Gives the WebSocket another rate: for a peer that has shown that it needs one. */
  readonly setRate?: (rate: Rate) => void;
}

/**
 * A path of the hub that speaks WebSocket. The Origin is checked before: a browser's must be the hub's own. Bound any
 * number of times. Pings, the limit on a message's size and closing at shutdown are taken care of.
 */
export interface SocketRoute<Who = any> {
  readonly path: string;
  /** A browser may not connect at all: a request that has an Origin is refused. */
  readonly refusesBrowsers?: boolean;
  /** How many messages a peer may send; those beyond wait. 2,000 a second, 8,000 at once, unless told. */
  readonly rate?: Rate;
  /** The most bytes that one message may have, where that is less than `maximumMessageBytes`. */
  readonly maximumMessageBytes?: number;
  /**
   * Before the WebSocket is accepted.
   * @throws LatchkeyError answered as HTTP 401, 403 or 429 with the error as JSON
   */
  authenticate?(info: RequestInfo): Promise<Who>;
  onConnection(socket: WebSocket, info: RequestInfo, who: Who): void;
}
export const SocketRoute = Symbol('SocketRoute');
