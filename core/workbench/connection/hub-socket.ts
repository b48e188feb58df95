import type { WebSocketLike } from '#core/base/rpc/transport.ts';

export interface HubSocket extends WebSocketLike {
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'error', listener: () => void): void;
  addEventListener(type: 'close', listener: (event?: { code?: number }) => void): void;
  close(code?: number, reason?: string): void;
}

/** The way to the hub: a browser's WebSocket with the session's cookie, or `ws` with an API token. */
export interface HubSocketOpener {
  /** The hub's address, as people know it. */
  readonly url: string;
  /**
   * @returns an open socket
   * @throws LatchkeyError `hub.unreachable`; or the hub's refusal, whose kind is `unauthenticated`
   */
  open(): Promise<HubSocket>;
}
export const HubSocketOpener = Symbol('HubSocketOpener');
