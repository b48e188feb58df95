import { BehaviorSubject, type Observable } from 'rxjs';
import type { ProgressReport } from '#protocol/messages.ts';

export type Severity = 'info' | 'warning' | 'error';

export interface NotificationAction {
  readonly id: string;
  readonly title: string;
}

export interface NotificationOptions {
  readonly severity: Severity;
  readonly message: string;
  /** Who says it: an extension's display name. */
  readonly source?: string | undefined;
  readonly actions?: readonly NotificationAction[] | undefined;
  /** Offers *Don't show again*; what was chosen is remembered by this key. */
  readonly neverShowAgain?: string | undefined;
  /** A progress notification: it stays until it is done, and has *Cancel* where `cancel` is given. */
  readonly progress?: { readonly cancel?: (() => void) | undefined } | undefined;
  /** The error that it tells of. Told by several, an error is shown once while it is open, in the words of the first. */
  readonly about?: object | undefined;
}

/** A notification as it is shown. */
export interface ShownNotification extends Omit<NotificationOptions, 'progress' | 'actions' | 'about'> {
  readonly id: number;
  readonly actions: readonly NotificationAction[];
  /** Milliseconds since 1970. */
  readonly at: number;
  /** How far it is, where it shows progress; `fraction` undefined: unknown. */
  readonly progress?: ProgressReport & { readonly cancellable: boolean; readonly cancelling: boolean };
  /** Out of the toasts; it still stands in the list. */
  readonly hidden: boolean;
  /** How often the same was said again meanwhile. */
  readonly count: number;
}

export interface NotificationHandle {
  readonly id: number;
  /** The identifier of the action chosen; undefined where it was closed without one. */
  readonly closed: Promise<string | undefined>;
  report(progress: ProgressReport): void;
  close(): void;
}

/** Where the keys of notifications that are not wanted again are kept. */
export interface NeverShowAgainStore {
  has(key: string): boolean;
  add(key: string): void;
}

interface Entry {
  shown: ShownNotification;
  readonly about: object | undefined;
  cancel: (() => void) | undefined;
  close: (action: string | undefined) => void;
  handle: NotificationHandle;
}

/** What the workbench tells a person beside the work: the newest first. */
export class NotificationService {
  private readonly entries = new Map<number, Entry>();
  private readonly list = new BehaviorSubject<readonly ShownNotification[]>([]);
  private readonly unwanted = new Set<string>();
  private readonly store: NeverShowAgainStore;
  private next = 1;

  constructor(store?: NeverShowAgainStore) {
    this.store = store ?? { has: (key) => this.unwanted.has(key), add: (key) => void this.unwanted.add(key) };
  }

  /** All that are not closed, newest first; those shown as toasts are the ones not `hidden`. */
  readonly notifications$: Observable<readonly ShownNotification[]> = this.list;

  /**
   * Shows a notification. The same one again, while it is open, is counted instead; never one with actions: what they do is
   * known to whoever shows it, and one choice would be taken for both.
   */
  notify(options: NotificationOptions): NotificationHandle {
    if (options.neverShowAgain && this.store.has(options.neverShowAgain)) {
      return { id: 0, closed: Promise.resolve(undefined), report: () => {}, close: () => {} };
    }
    const told = options.about && [...this.entries.values()].find(({ about }) => about === options.about);
    if (told) {
      this.update(told.shown.id, { hidden: false, at: Date.now() });
      return told.handle;
    }
    const same = options.progress || options.actions?.length ? undefined : this.findSame(options);
    if (same) {
      this.update(same.shown.id, { count: same.shown.count + 1, hidden: false, at: Date.now() });
      return same.handle;
    }
    const id = this.next++;
    const { progress, about, ...rest } = options;
    let settle: (action: string | undefined) => void = () => {};
    const closed = new Promise<string | undefined>((resolve) => (settle = resolve));
    const handle: NotificationHandle = {
      id,
      closed,
      report: (report) => this.report(id, report),
      close: () => this.close(id),
    };
    const shown: ShownNotification = {
      ...rest,
      actions: options.actions ?? [],
      id,
      at: Date.now(),
      hidden: false,
      count: 1,
      ...(progress ? { progress: { cancellable: progress.cancel !== undefined, cancelling: false } } : {}),
    };
    this.entries.set(id, { shown, about, cancel: progress?.cancel, close: settle, handle });
    this.emit();
    return handle;
  }

  info(message: string, options: Partial<NotificationOptions> = {}): NotificationHandle {
    return this.notify({ ...options, severity: 'info', message });
  }

  warn(message: string, options: Partial<NotificationOptions> = {}): NotificationHandle {
    return this.notify({ ...options, severity: 'warning', message });
  }

  error(message: string, options: Partial<NotificationOptions> = {}): NotificationHandle {
    return this.notify({ ...options, severity: 'error', message });
  }

  /** A person chose an action: the notification closes. */
  act(id: number, action: string): void {
    this.end(id, action);
  }

  /** Cancels what a progress notification stands for; it closes once that has ended. */
  cancel(id: number): void {
    const entry = this.entries.get(id);
    if (!entry?.cancel || !entry.shown.progress || entry.shown.progress.cancelling) return;
    this.update(id, { progress: { ...entry.shown.progress, cancelling: true } });
    entry.cancel();
  }

  /** Takes a toast away; the list keeps it. */
  hide(id: number): void {
    this.update(id, { hidden: true });
  }

  /** A person wants this kind no more. */
  neverShowAgain(id: number): void {
    const key = this.entries.get(id)?.shown.neverShowAgain;
    if (key) this.store.add(key);
    this.close(id);
  }

  close(id: number): void {
    this.end(id, undefined);
  }

  /** Closes all but those that show progress. */
  clear(): void {
    for (const { shown } of [...this.entries.values()]) if (!shown.progress) this.close(shown.id);
  }

  private report(id: number, report: ProgressReport): void {
    const before = this.entries.get(id)?.shown.progress;
    if (before) this.update(id, { progress: { ...before, ...definedOf(report) } });
  }

  private findSame(options: NotificationOptions): Entry | undefined {
    return [...this.entries.values()].find(
      ({ shown }) =>
        !shown.progress &&
        shown.actions.length === 0 &&
        shown.severity === options.severity &&
        shown.message === options.message &&
        shown.source === options.source,
    );
  }

  private update(id: number, change: Partial<ShownNotification>): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    entry.shown = { ...entry.shown, ...change };
    this.emit();
  }

  private end(id: number, action: string | undefined): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.entries.delete(id);
    entry.close(action);
    this.emit();
  }

  private emit(): void {
    this.list.next([...this.entries.values()].map(({ shown }) => shown).sort((a, b) => b.at - a.at || b.id - a.id));
  }
}

const definedOf = (report: ProgressReport): ProgressReport =>
  Object.fromEntries(Object.entries(report).filter(([, value]) => value !== undefined));
