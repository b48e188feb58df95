import { firstValueFrom, race, timer } from 'rxjs';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { controlRequests } from '../control/control-requests.ts';
import { serveCustomerApp, type CustomerApp } from '../customer-page/customer-app.ts';
import { CustomerPage } from '../customer-page/customer-page.ts';

/** Seconds: an address that nobody has used in this time serves no longer, nor does a page that nobody looks at. */
const patience = 60;

export interface DevicePageOptions {
  readonly app: CustomerApp;
  readonly onProblem: (problem: string) => void;
  /** Of the built page. */
  readonly folder?: string | undefined;
}

/** The installed endpoint's page: there while somebody looks at it. */
export class DevicePage {
  private readonly options: DevicePageOptions;
  private page: { readonly user: number | null; readonly page: CustomerPage } | undefined;
  private leaving: NodeJS.Timeout | undefined;
  private working: Promise<unknown> = Promise.resolve();

  constructor(options: DevicePageOptions) {
    this.options = options;
  }

  /** Answers whoever may speak to this endpoint. */
  serve(rpc: RpcConnection): void {
    serveCustomerApp(rpc, this.options.app);
    rpc.handle(controlRequests.openPage, async ({ user }) => ({ address: await this.inTurn(() => this.open(user)) }));
    rpc.handle(controlRequests.pageOpened, async () => {
      const entered = this.page?.page.entered$;
      if (entered) await firstValueFrom(race(entered, timer(patience * 1000)), { defaultValue: undefined });
      return {};
    });
  }

  async dispose(): Promise<void> {
    await this.inTurn(() => this.close());
  }

  private async open(user: number | null): Promise<string> {
    // Another account's browser would be kept out.
    if (this.page && this.page.user !== user) await this.close();
    this.page ??= { user, page: await this.start(user) };
    this.closeUnseen(this.page.page);
    return this.page.page.issueAddress();
  }

  private async start(user: number | null): Promise<CustomerPage> {
    const { app, onProblem, folder } = this.options;
    const uid = user ?? undefined;
    // The browser is opened by whoever asked.
    const owner = { name: '', home: '', uid, gid: undefined, other: false };
    const page = await CustomerPage.start({
      app,
      user: owner,
      env: {},
      onProblem,
      ...(folder !== undefined && { folder }),
    });
    page.connected$.subscribe((connected) => {
      if (connected) clearTimeout(this.leaving);
      else this.closeUnseen(page);
    });
    return page;
  }

  private closeUnseen(page: CustomerPage): void {
    clearTimeout(this.leaving);
    if (page.isOpen) return;
    this.leaving = setTimeout(() => {
      if (this.page?.page === page && !page.isOpen) void this.inTurn(() => this.close());
    }, patience * 1000);
    this.leaving.unref();
  }

  private async close(): Promise<void> {
    clearTimeout(this.leaving);
    const { page } = this;
    this.page = undefined;
    await page?.page.close();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.working.then(() => work());
    this.working = done.catch(() => {});
    return done;
  }
}
