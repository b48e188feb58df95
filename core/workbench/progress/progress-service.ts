import { BehaviorSubject, type Observable } from 'rxjs';
import type { ProgressReport } from '#protocol/messages.ts';
import type { NotificationHandle, NotificationService } from '../notifications/notification-service.ts';

export interface ProgressOptions {
  readonly title: string;
  /** Offers *Cancel*. */
  readonly cancel?: (() => void) | undefined;
}

export interface ProgressHandle {
  report(report: ProgressReport): void;
  end(): void;
}

/** Milliseconds that something may take before it is worth a notification. */
const patience = 1000;

/** What is going on. Whatever takes more than a second gets a notification; the status bar may show that there is something. */
export class ProgressService {
  private readonly notifications: NotificationService;
  private readonly delay: number;
  private readonly running = new BehaviorSubject(0);
  /** How many are running. */
  readonly running$: Observable<number> = this.running;

  constructor(notifications: NotificationService, delay = patience) {
    this.notifications = notifications;
    this.delay = delay;
  }

  begin({ title, cancel }: ProgressOptions): ProgressHandle {
    this.running.next(this.running.value + 1);
    let shown: NotificationHandle | undefined;
    let last: ProgressReport = {};
    let ended = false;
    const timer = setTimeout(() => {
      shown = this.notifications.notify({ severity: 'info', message: title, progress: { cancel } });
      shown.report(last);
    }, this.delay);
    return {
      report: (report) => {
        last = { message: report.message ?? last.message, fraction: report.fraction ?? last.fraction };
        shown?.report(last);
      },
      end: () => {
        if (ended) return;
        ended = true;
        clearTimeout(timer);
        shown?.close();
        this.running.next(this.running.value - 1);
      },
    };
  }
}
