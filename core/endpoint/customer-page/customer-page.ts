import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import { WebSocket } from 'ws';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport } from '#core/base/rpc/transport.ts';
import { customerNotifications } from '#protocol/customer-page.ts';
import { keepAlive } from '../connection/keep-alive.ts';
import { serveCustomerApp, type CustomerApp } from './customer-app.ts';
import type { DesktopUser } from './desktop-user.ts';
import { builtPageFolder } from './page-files.ts';
import { ownShower, type Opening, type PageShower } from './page-shower.ts';
import { PageServer } from './page-server.ts';

export interface CustomerPageOptions {
  readonly app: CustomerApp;
  readonly user: DesktopUser;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What brings it to the customer; this program itself unless told. */
  readonly shower?: PageShower | undefined;
  /** Told of what goes wrong; nothing secret is in it. */
  readonly onProblem: (problem: string) => void;
  /** Of the built page. */
  readonly folder?: string;
  /** Seconds. */
  readonly alive?: { readonly interval: number; readonly patience: number };
}

/** The page as it is open in one browser: of several, the newest. */
export class CustomerPage {
  private readonly options: CustomerPageOptions;
  private readonly server: PageServer;
  private readonly connected = new BehaviorSubject(false);
  private readonly entered = new Subject<void>();
  private current: { readonly rpc: RpcConnection; readonly socket: WebSocket } | undefined;
  private readonly shower: PageShower;
  /** Whether the page is open. */
  readonly connected$: Observable<boolean> = this.connected.asObservable();
  /** Each time that a browser has used an address. */
  readonly entered$: Observable<void> = this.entered.asObservable();

  private constructor(options: CustomerPageOptions, server: PageServer) {
    this.options = options;
    this.server = server;
    this.shower = options.shower ?? ownShower(options.user, options.env);
  }

  /** @throws LatchkeyError `file.unreadable` */
  static async start(options: CustomerPageOptions): Promise<CustomerPage> {
    const own = process.getuid?.();
    const { uid } = options.user;
    const server: PageServer = await PageServer.start({
      folder: options.folder ?? builtPageFolder(),
      users: own === undefined || uid === undefined ? undefined : [own, uid],
      onEntered() {
        page.entered.next();
        void page.shower.discard();
      },
      onSocket: (socket) => page.accept(socket),
    });
    const page = new CustomerPage(options, server);
    return page;
  }

  get isOpen(): boolean {
    return this.connected.value;
  }

  /** An address that lets one browser in, once; the one before no longer does. For whoever can hand it on unseen. */
  issueAddress(): string {
    return this.server.issueAddress();
  }

  /** Opens it in the customer's browser, in the place of one that is open. */
  open(): Promise<Opening> {
    return this.shower.show(this.server.issueAddress());
  }

  /** Closes the page, once the browser has what it was told last. */
  async close(): Promise<void> {
    const { current } = this;
    if (current) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 2000);
        current.socket.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        current.rpc.dispose();
        current.socket.close(1000);
      });
    }
    await this.shower.discard();
    await this.server.close();
  }

  private accept(socket: WebSocket): void {
    const { app, onProblem, alive } = this.options;
    this.replace();
    socket.on('error', () => {});
    const rpc = new RpcConnection(webSocketTransport(socket, onProblem), {
      onInternalError(error, method) {
        onProblem(`${method}: ${(error as Error).message}`);
        return '';
      },
      onBadMessage: (method, problem) => onProblem(`${method}: ${problem}`),
    });
    serveCustomerApp(rpc, app);
    const heartbeat = keepAlive(socket, alive ?? { interval: 15, patience: 10 }, () => {});
    const own = { rpc, socket };
    this.current = own;
    rpc.onClose(() => {
      heartbeat.dispose();
      socket.close();
      if (this.current !== own) return;
      this.current = undefined;
      this.connected.next(false);
    });
    rpc.listen();
    this.connected.next(true);
  }

  /** The tab that was there says goodbye. */
  private replace(): void {
    const { current } = this;
    if (!current) return;
    this.current = undefined;
    const subscription = this.options.app.state$.subscribe((state) =>
      current.rpc.notify(customerNotifications.changed, { ...state, ended: { reason: 'replaced', by: null } }),
    );
    subscription.unsubscribe();
    // What was written last goes out first.
    setImmediate(() => {
      current.rpc.dispose();
      current.socket.close(1000);
    });
  }
}
