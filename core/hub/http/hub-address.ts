import { hostname } from 'node:os';
import type { HubOptions } from '../hub-options.ts';

/** Under which addresses the hub is reached. Known once it listens, where the port was left to the system. */
export class HubAddress {
  private readonly options: HubOptions;
  private listeningOn: number;

  constructor(options: HubOptions) {
    this.options = options;
    this.listeningOn = options.port;
  }

  get port(): number {
    return this.listeningOn;
  }

  listening(port: number): void {
    this.listeningOn = port;
  }

  /** Where endpoints and browsers reach the hub, without a slash at its end. */
  get publicUrl(): string {
    return this.options.publicUrl?.replace(/\/+$/, '') ?? this.localUrl(this.options.host);
  }

  /** The cookie may travel over TLS alone. */
  get secure(): boolean {
    return this.publicUrl.startsWith('https:');
  }

  /** Whether a web page of this origin is the hub's own. */
  isOwnOrigin(origin: string): boolean {
    if (origin === new URL(this.publicUrl).origin) return true;
    const local = isLoopback(this.options.host) ? ['127.0.0.1', 'localhost', '::1'] : [];
    return local.some((host) => origin === new URL(this.localUrl(host)).origin);
  }

  private localUrl(host: string): string {
    const reachable = host === '0.0.0.0' || host === '::' ? hostname() : host;
    const name = reachable.includes(':') ? `[${reachable}]` : reachable;
    return `${this.options.tls ? 'https' : 'http'}://${name}:${this.port}`;
  }
}

/** Whether only this computer itself can reach the address. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
