import { WebSocket } from 'ws';
import type { HubSocket, HubSocketOpener } from '#core/workbench/connection/hub-socket.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { maximumMessageBytes, workbenchPath } from '#protocol/hub.ts';
import type { HubAccess } from './credentials.ts';

/** Seconds that the hub has to let a socket in. */
const patience = 15;

/** Opens the hub with an API token. */
export class TokenSocketOpener implements HubSocketOpener {
  readonly url: string;
  private readonly token: string;

  constructor({ url, token }: HubAccess) {
    this.url = url;
    this.token = token;
  }

  open(): Promise<HubSocket> {
    return new Promise((resolve, reject) => {
      const address = new URL(workbenchPath, this.url);
      address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
      const socket = new WebSocket(address, {
        headers: { authorization: `Bearer ${this.token}` },
        handshakeTimeout: patience * 1000,
        maxPayload: maximumMessageBytes,
        perMessageDeflate: false,
      });
      const unreachable = (reason: string): LatchkeyError =>
        new LatchkeyError('hub.unreachable', { url: this.url, reason });
      socket.once('open', () => resolve(socket as unknown as HubSocket));
      socket.on('error', (error: NodeJS.ErrnoException) => reject(unreachable(error.message || error.code || 'error')));
      socket.once('unexpected-response', (_request, response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          if (body.length < 10_000) body += text;
        });
        response.on('end', () => reject(refusal(body) ?? unreachable(`HTTP ${response.statusCode}`)));
        response.on('error', () => reject(unreachable(`HTTP ${response.statusCode}`)));
      });
    });
  }
}

function refusal(body: string): LatchkeyError | undefined {
  try {
    return LatchkeyError.fromData((JSON.parse(body) as { error?: unknown }).error);
  } catch {
    return undefined;
  }
}
