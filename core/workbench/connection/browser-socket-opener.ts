import { LatchkeyError } from '#protocol/errors.ts';
import { workbenchPath } from '#protocol/hub.ts';
import { identityPath } from '#protocol/accounts.ts';
import type { HubSocket, HubSocketOpener } from './hub-socket.ts';

/** Seconds that the hub has to let a socket in. */
const patience = 15;

/** Opens the page's own hub with the session's cookie. */
export class BrowserSocketOpener implements HubSocketOpener {
  readonly url: string;

  /** @param url the page's origin: `location.origin` */
  constructor(url: string) {
    this.url = url;
  }

  async open(): Promise<HubSocket> {
    try {
      return await this.connect();
    } catch {
      // A browser hides why a WebSocket was refused: an ordinary request tells.
      throw await this.reason();
    }
  }

  private connect(): Promise<HubSocket> {
    return new Promise((resolve, reject) => {
      const address = new URL(workbenchPath, this.url);
      address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
      const socket = new WebSocket(address);
      const timer = setTimeout(() => {
        socket.close();
        reject(new Error('time-out'));
      }, patience * 1000);
      socket.addEventListener('open', () => {
        clearTimeout(timer);
        resolve(socket as unknown as HubSocket);
      });
      socket.addEventListener('close', () => {
        clearTimeout(timer);
        reject(new Error('closed'));
      });
    });
  }

  private async reason(): Promise<LatchkeyError> {
    try {
      const response = await fetch(new URL(identityPath, this.url), { signal: AbortSignal.timeout(patience * 1000) });
      if (!response.ok) {
        const body = (await response.json().catch(() => undefined)) as { error?: unknown } | undefined;
        const error = LatchkeyError.fromData(body?.error);
        if (error) return error;
        if (response.status === 401) return new LatchkeyError('hub.notSignedIn', { url: this.url });
      }
      return new LatchkeyError('hub.unreachable', { url: this.url, reason: `WebSocket (HTTP ${response.status})` });
    } catch (error) {
      return new LatchkeyError('hub.unreachable', { url: this.url, reason: (error as Error).message });
    }
  }
}
