import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport } from '#core/base/rpc/transport.ts';
import {
  customerNotifications,
  customerPageEntryPath,
  customerPageSocketPath,
  customerRequests,
  type CustomerState,
} from '#protocol/customer-page.ts';
import type { RequestContract } from '#protocol/messages.ts';
import { until } from '../expect.ts';

/** Stands in for the customer's browser as `$BROWSER`: writes down what it is to open. */
export class BrowserProgram {
  readonly path: string;
  private readonly list: string;

  constructor(folder: string) {
    this.path = join(folder, 'browser');
    this.list = join(folder, 'opened');
    writeFileSync(this.list, '', { mode: 0o666 });
    writeFileSync(this.path, `#!/bin/sh\nprintf '%s\\n' "$1" >>'${this.list}'\n`, { mode: 0o755 });
  }

  /** The files that it was told to open. */
  get opened(): string[] {
    const lines = readFileSync(this.list, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => fileURLToPath(line));
  }

  /** The page that is opened next, or was as the one of this number. */
  async page(number = this.opened.length): Promise<CustomerBrowser> {
    await until(() => this.opened.length > number);
    return CustomerBrowser.follow(this.opened[number]!);
  }
}

/** The customer's page without its pixels: does on the wire what the page does. */
export class CustomerBrowser {
  readonly address: URL;
  cookie = '';
  rpc!: RpcConnection;
  socket!: WebSocket;
  state!: CustomerState;

  private constructor(address: URL) {
    this.address = address;
  }

  /** Where a redirecting file leads. */
  static addressIn(file: string): URL {
    const [, address] = /content="0;url=([^"]+)"/.exec(readFileSync(file, 'utf8')) ?? [];
    assert.ok(address, `${file} leads nowhere`);
    return new URL(address);
  }

  static async follow(file: string): Promise<CustomerBrowser> {
    const browser = new CustomerBrowser(CustomerBrowser.addressIn(file));
    await browser.enter();
    await browser.connect();
    return browser;
  }

  async enter(): Promise<void> {
    const response = await fetch(new URL(customerPageEntryPath, this.address), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.address.origin },
      body: JSON.stringify({ secret: this.address.hash.slice(1) }),
    });
    assert.equal(response.status, 200, await response.text());
    this.cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  }

  async connect(): Promise<void> {
    const { host, origin } = this.address;
    const socket = new WebSocket(`ws://${host}${customerPageSocketPath}`, { origin, headers: { cookie: this.cookie } });
    socket.on('error', () => {});
    await new Promise((resolve, reject) => socket.once('open', resolve).once('close', reject));
    this.socket = socket;
    this.rpc = new RpcConnection(webSocketTransport(socket, () => {}));
    this.rpc.on(customerNotifications.changed, (state) => void (this.state = state));
    this.rpc.listen();
    this.state = await this.rpc.request(customerRequests.watch, {});
  }

  request<P, R>(contract: RequestContract<P, R>, params: NoInfer<P>): Promise<R> {
    return this.rpc.request(contract, params);
  }

  /** Waits for a state. */
  async shows(condition: (state: CustomerState) => boolean): Promise<CustomerState> {
    try {
      await until(() => condition(this.state));
    } catch {
      assert.fail(`The page never showed ${condition.toString()}, but ${JSON.stringify(this.state)}`);
    }
    return this.state;
  }

  close(): void {
    this.socket.close();
  }
}
