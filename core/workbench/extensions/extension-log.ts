import { BehaviorSubject, Subject, type Observable } from 'rxjs';

export interface ExtensionLogLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly extension: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}

/** The most lines that are kept, all extensions together. */
const kept = 1_000;

/** What extensions write down. */
export class ExtensionLog {
  private readonly list = new BehaviorSubject<readonly ExtensionLogLine[]>([]);
  private readonly added = new Subject<ExtensionLogLine>();
  /** The last lines, the oldest first. */
  readonly lines$: Observable<readonly ExtensionLogLine[]> = this.list;
  /** Each line as it is written. */
  readonly written$: Observable<ExtensionLogLine> = this.added;

  write(extension: string, level: ExtensionLogLine['level'], message: string): void {
    const line = { at: Date.now(), extension, level, message };
    this.list.next([...this.list.value.slice(1 - kept), line]);
    this.added.next(line);
  }

  clear(): void {
    this.list.next([]);
  }
}
