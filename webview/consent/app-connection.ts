import { BehaviorSubject, type Observable } from 'rxjs';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport } from '#core/base/rpc/transport.ts';
import {
  customerNotifications,
  customerPageEntryPath,
  customerPageSocketPath,
  customerRequests,
  type CustomerState,
} from '#protocol/customer-page.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { RequestContract } from '#protocol/messages.ts';

/**
 * `opening`: for the first time. `lost`: the app does not answer; tried again by itself. `refused`: this page is not the one
 * that the app opened.
 */
export type Contact = 'opening' | 'open' | 'lost' | 'refused';

/** What is known of the app: the state that it told last stays while it does not answer. */
export interface AppView {
  readonly contact: Contact;
  readonly state: CustomerState | undefined;
}

/** Seconds until the next attempt, by the number of those that failed. */
const pauses = [0.5, 1, 2, 4];
/** An answer to a person's question takes as long as the system that checks it. */
const patience = 120;

/** The page's conversation with the customer app on this computer, kept up until the app says that its work is over. */
export class AppConnection {
  private readonly view = new BehaviorSubject<AppView>({ contact: 'opening', state: undefined });
  readonly view$: Observable<AppView> = this.view;
  private readonly origin: string;
  private secret: string | undefined;
  private rpc: RpcConnection | undefined;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  /**
   * @param origin of the app on this computer
   * @param secret of the address that the app opened; undefined where the page was loaded again
   */
  constructor(origin: string, secret: string | undefined) {
    this.origin = origin;
    this.secret = secret;
  }

  get current(): AppView {
    return this.view.value;
  }

  start(): void {
    void this.open();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.rpc?.dispose();
  }

  /** @throws LatchkeyError `rpc.closed` while the app does not answer, else what the app answered */
  async request<P, R>(contract: RequestContract<P, R>, params: NoInfer<P>): Promise<R> {
    if (!this.rpc) throw new LatchkeyError('rpc.closed');
    return this.rpc.request(contract, params, { timeout: patience });
  }

  private async open(): Promise<void> {
    try {
      await this.enter();
      const socket = await this.connect();
      const rpc = new RpcConnection(webSocketTransport(socket, () => {}));
      rpc.on(customerNotifications.changed, (state) => this.show({ contact: 'open', state }));
      rpc.onClose(() => {
        socket.close();
        this.handleClose();
      });
      rpc.listen();
      this.rpc = rpc;
      this.show({ contact: 'open', state: await rpc.request(customerRequests.watch, {}) });
      this.failures = 0;
    } catch {
      if (this.rpc) this.rpc.dispose();
      else await this.handleFailure();
    }
  }

  /** Spends the secret; where it was spent before, the browser's cookie may still let us in. */
  private async enter(): Promise<void> {
    if (this.secret === undefined) return;
    await fetch(new URL(customerPageEntryPath, this.origin), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret: this.secret }),
    });
    this.secret = undefined;
  }

  private connect(): Promise<WebSocket> {
    return new Promise((resolve, reject) => {
      const address = new URL(customerPageSocketPath, this.origin);
      address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
      const socket = new WebSocket(address);
      socket.addEventListener('open', () => resolve(socket));
      socket.addEventListener('close', () => reject(new Error('closed')));
    });
  }

  /** A browser hides why a WebSocket was refused: whether the app answers at all tells. */
  private async handleFailure(): Promise<void> {
    const answers = await fetch(new URL('/', this.origin), { cache: 'no-store' }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return this.show({ ...this.current, contact: 'refused' });
    this.tryAgain();
  }

  private handleClose(): void {
    this.rpc = undefined;
    if (!this.current.state?.ended) this.tryAgain();
  }

  private tryAgain(): void {
    if (this.stopped) return;
    this.show({ ...this.current, contact: 'lost' });
    const pause = pauses[Math.min(this.failures++, pauses.length - 1)]!;
    this.timer = setTimeout(() => void this.open(), pause * 1000);
  }

  private show(view: AppView): void {
    if (!this.stopped) this.view.next(view);
  }
}
