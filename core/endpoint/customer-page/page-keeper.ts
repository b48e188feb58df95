import type { Subscription } from 'rxjs';
import type { CustomerPage } from './customer-page.ts';
import type { Opening } from './page-shower.ts';

export interface PageKeeperOptions {
  readonly page: CustomerPage;
  /** Told of each time that the page was opened, for the terminal. */
  readonly onOpened: (opening: Opening) => void;
  readonly onProblem: (problem: string) => void;
  /** The page was closed again after it had been opened anew: whoever sat there does not want it. */
  readonly onGivenUp: () => void;
  /** Whether all that is left is to say how it ended: a page that is closed then is not opened again. */
  readonly isOver?: () => boolean;
  /** Seconds that a page may be away: loaded again, it comes back in that time. */
  readonly grace?: number;
}

/**
 * Keeps the page before the customer's eyes. One that is closed is opened again once, and once more for each question that
 * comes; then it stays closed.
 */
export class PageKeeper {
  private readonly options: PageKeeperOptions;
  private readonly subscription: Subscription;
  private attempts = 1;
  private seen = false;
  private timer: NodeJS.Timeout | undefined;
  private opening: Promise<void> = Promise.resolve();
  private disposed = false;

  constructor(options: PageKeeperOptions) {
    this.options = options;
    this.subscription = options.page.connected$.subscribe((connected) => {
      clearTimeout(this.timer);
      if (connected) this.seen = true;
      else if (this.seen) this.timer = setTimeout(() => this.missed(), (options.grace ?? 5) * 1000);
    });
  }

  /** Opens the page. */
  open(): Promise<void> {
    return (this.opening = this.opening.then(async () => {
      if (this.disposed) return;
      try {
        this.options.onOpened(await this.options.page.open());
      } catch (error) {
        this.options.onProblem(String((error as Error).message));
      }
    }));
  }

  /** Something is asked: the customer is to see it. */
  async need(): Promise<void> {
    this.attempts = 1;
    // A page that was never seen may still be on its way.
    if (this.seen && !this.options.page.isOpen) {
      clearTimeout(this.timer);
      await this.open();
    }
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    clearTimeout(this.timer);
    this.subscription.unsubscribe();
    await this.opening;
  }

  private missed(): void {
    if (this.disposed) return;
    if (!this.options.isOver?.() && this.attempts-- > 0) void this.open();
    else this.options.onGivenUp();
  }
}
