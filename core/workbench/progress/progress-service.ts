import { BehaviorSubject, distinctUntilChanged, type Observable } from 'rxjs';
import type { Disposable } from '#core/base/lifecycle.ts';
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

interface Task extends ProgressOptions {
  /** What is known of how far it is. */
  last: ProgressReport;
  /** It has said how far it is while nobody was asked anything: it works by itself. */
  works: boolean;
  shown?: NotificationHandle | undefined;
  timer?: NodeJS.Timeout | number | undefined;
}

/**
 * What is going on. Whatever takes more than a second gets a notification; the status bar may show that there is something. While a
 * person is asked something, what has said nothing yet shows nothing: it may be what is waiting for the answer.
 */
export class ProgressService {
  private readonly notifications: NotificationService;
  private readonly delay: number;
  private readonly tasks = new Set<Task>();
  private readonly running = new BehaviorSubject(0);
  private held = 0;
  /** How many are running. */
  readonly running$: Observable<number> = this.running.pipe(distinctUntilChanged());

  constructor(notifications: NotificationService, delay = patience) {
    this.notifications = notifications;
    this.delay = delay;
  }

  begin(options: ProgressOptions): ProgressHandle {
    const task: Task = { ...options, last: {}, works: false };
    this.tasks.add(task);
    this.follow();
    return {
      report: ({ message, fraction }) => {
        task.last = { message: message ?? task.last.message, fraction: fraction ?? task.last.fraction };
        task.works ||= this.held === 0;
        task.shown?.report(task.last);
      },
      end: () => {
        this.tasks.delete(task);
        hide(task);
        this.follow();
      },
    };
  }

  /** It is a person's turn, until what is returned is disposed of. */
  hold(): Disposable {
    this.held++;
    this.follow();
    let over = false;
    return {
      dispose: () => {
        if (over) return;
        over = true;
        this.held--;
        this.follow();
      },
    };
  }

  private follow(): void {
    const going = [...this.tasks].filter(({ works }) => works || this.held === 0);
    for (const task of this.tasks) if (!going.includes(task)) hide(task);
    for (const task of going) task.timer ??= setTimeout(() => this.show(task), this.delay);
    this.running.next(going.length);
  }

  private show(task: Task): void {
    const { title: message, cancel } = task;
    task.shown = this.notifications.notify({ severity: 'info', message, progress: { cancel } });
    task.shown.report(task.last);
  }
}

function hide(task: Task): void {
  clearTimeout(task.timer);
  task.timer = undefined;
  task.shown?.close();
  task.shown = undefined;
}
