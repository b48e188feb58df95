import { BehaviorSubject, Subject, type Observable, type Subscription } from 'rxjs';
import { toBase64 } from '#core/base/base64.ts';
import type { Disposable } from '#core/base/lifecycle.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { chunkBytes, terminalNotifications, terminalRequests } from '#protocol/terminal.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { SessionService } from './session-service.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * `attaching`: the output is on its way, or will be once the connection is back. `closed`: its shell has ended
 * (`code`: as the shell said, null where a signal ended it, undefined where nobody knows).
 */
export type TerminalState =
  { readonly kind: 'attaching' | 'attached' } | { readonly kind: 'closed'; readonly code: number | null | undefined };

/** Bytes of the output that follow those before. `end` is to be acknowledged once they are on the screen. */
export interface TerminalOutput {
  readonly bytes: Uint8Array;
  readonly end: number;
  /** It was printed before this window looked: what the program asked the terminal then has been answered. */
  readonly isReplay: boolean;
}

export interface RemoteTerminalOptions {
  readonly session: string;
  readonly terminal: string;
  readonly size: TerminalSize;
  /** Opened by this window just now. */
  readonly isNew: boolean;
}

/** What was shown is acknowledged at once from this many bytes on, and after this many milliseconds in any case. */
const acknowledgeBytes = 64 * 1024;
const acknowledgeAfter = 40;
/** Milliseconds until what failed over a connection that is there is tried again. */
const retryAfter = 1000;

/**
 * A terminal of a session. Its output is in order and whole, whatever becomes of the connections: it knows how far it has
 * come, and has the rest sent from there.
 */
export class RemoteTerminal implements Disposable {
  readonly session: string;
  readonly id: string;
  private readonly connection: HubConnection;
  private readonly sessions: SessionService;
  private readonly state = new BehaviorSubject<TerminalState>({ kind: 'attaching' });
  private readonly size: BehaviorSubject<TerminalSize>;
  private readonly output = new Subject<TerminalOutput>();
  private readonly missed = new Subject<number>();
  private subscription: Subscription | undefined;
  private hasBegun: boolean;
  private replayEnd = 0;
  private received: number;
  private shown: number;
  private acknowledged: number;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;

  readonly state$: Observable<TerminalState> = this.state;
  /** As the computer has it. */
  readonly size$: Observable<TerminalSize>;
  readonly output$: Observable<TerminalOutput> = this.output;
  /** How many bytes are gone for good, because the computer keeps only so much. */
  readonly missed$: Observable<number> = this.missed;

  constructor(
    connection: HubConnection,
    sessions: SessionService,
    { session, terminal, size, isNew }: RemoteTerminalOptions,
  ) {
    this.connection = connection;
    this.sessions = sessions;
    this.session = session;
    this.id = terminal;
    this.hasBegun = isNew;
    this.size = new BehaviorSubject(size);
    this.size$ = this.size;
    this.received = this.shown = this.acknowledged = 0;
  }

  /** Has the output sent: for a view that listens to `output$` now. For a second one it comes again, as far as it is kept. */
  start(): void {
    if (this.received > 0) this.hasBegun = false;
    this.received = this.shown = this.acknowledged = 0;
    this.subscription?.unsubscribe();
    this.subscription = this.sessions.availability$(this.session).subscribe((availability) => {
      if (this.state.value.kind === 'closed') return;
      if (availability === 'ready') void this.attach();
      else if (availability === 'waiting') this.detach();
      else this.close(undefined);
    });
  }

  get current(): TerminalState {
    return this.state.value;
  }

  get currentSize(): TerminalSize {
    return this.size.value;
  }

  /**
   * What is typed or pasted; text as UTF-8. Lost while the connection is: nobody would know when it arrives.
   */
  input(typed: string | Uint8Array): void {
    const bytes = typeof typed === 'string' ? new TextEncoder().encode(typed) : typed;
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const data = toBase64(bytes.subarray(at, at + chunkBytes));
      this.connection.notify(terminalNotifications.input, { ...this.of, data });
    }
  }

  resize(size: TerminalSize): void {
    if (size.columns === this.size.value.columns && size.rows === this.size.value.rows) return;
    this.size.next(size);
    this.connection.notify(terminalNotifications.resize, { ...this.of, ...size });
  }

  /** All before `end` is on the screen: more may come. */
  acknowledge(end: number): void {
    if (end <= this.shown) return;
    this.shown = end;
    if (end - this.acknowledged >= acknowledgeBytes) this.sendAcknowledgement();
    else this.timer ??= setTimeout(() => this.sendAcknowledgement(), acknowledgeAfter);
  }

  /** Ends the shell. */
  async end(): Promise<void> {
    await this.connection.request(terminalRequests.close, this.of);
    this.close(undefined);
  }

  /** Looks no more; the shell goes on. */
  dispose(): void {
    this.attempt++;
    this.subscription?.unsubscribe();
    clearTimeout(this.timer);
    clearTimeout(this.retry);
    this.output.complete();
    this.missed.complete();
  }

  /** Of the notification; in order, but the connection before may have brought some of it already. */
  take(offset: number, bytes: Uint8Array): void {
    if (offset > this.received) {
      // Before the answer that says where it goes on, this comes of an attachment that was overtaken.
      if (this.state.value.kind === 'attached') void this.attach();
      return;
    }
    const fresh = bytes.subarray(this.received - offset);
    const replayed = fresh.subarray(0, Math.max(0, this.replayEnd - this.received));
    this.hand(replayed, true);
    this.hand(fresh.subarray(replayed.length), false);
  }

  /** Of the notification: somebody else has changed it. */
  takeSize(size: TerminalSize): void {
    this.size.next(size);
  }

  /** Of the notification. */
  close(code: number | null | undefined): void {
    if (this.state.value.kind === 'closed') return;
    this.attempt++;
    clearTimeout(this.retry);
    this.state.next({ kind: 'closed', code });
  }

  private get of(): { readonly session: string; readonly terminal: string } {
    return { session: this.session, terminal: this.id };
  }

  private hand(bytes: Uint8Array, isReplay: boolean): void {
    if (bytes.length === 0) return;
    this.received += bytes.length;
    this.output.next({ bytes, end: this.received, isReplay });
  }

  private detach(): void {
    this.attempt++;
    clearTimeout(this.retry);
    this.state.next({ kind: 'attaching' });
  }

  private async attach(): Promise<void> {
    const attempt = ++this.attempt;
    clearTimeout(this.retry);
    this.state.next({ kind: 'attaching' });
    try {
      const from = this.received;
      const { offset, end = 0 } = await this.connection.request(terminalRequests.attach, { ...this.of, from });
      if (attempt !== this.attempt) return;
      if (!this.hasBegun) this.replayEnd = end;
      this.hasBegun = true;
      if (offset > this.received) {
        this.missed.next(offset - this.received);
        this.received = this.shown = offset;
      }
      this.state.next({ kind: 'attached' });
      // An acknowledgement may have gone with the connection, and the computer be waiting for it.
      this.sendAcknowledgement(true);
    } catch (error) {
      if (attempt !== this.attempt) return;
      if (error instanceof LatchkeyError && (error.kind === 'notFound' || error.code === 'session.ended')) {
        this.close(undefined);
      } else {
        this.retry = setTimeout(() => {
          if (this.sessions.availability(this.session) === 'ready') void this.attach();
        }, retryAfter);
      }
    }
  }

  private sendAcknowledgement(again = false): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.shown === this.acknowledged && !again) return;
    this.acknowledged = this.shown;
    this.connection.notify(terminalNotifications.acknowledge, { ...this.of, offset: this.shown });
  }
}
