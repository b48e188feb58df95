import { BehaviorSubject, type Observable } from 'rxjs';
import { LatchkeyError } from '#protocol/errors.ts';
import type { SessionService } from './session-service.ts';

export type TransferPhase = 'running' | 'waiting' | 'done' | 'failed' | 'cancelled';

export interface TransferState {
  /** `waiting`: for its turn, or for a connection to come back. */
  readonly phase: TransferPhase;
  readonly name: string;
  /** In bytes; undefined while it is not known. */
  readonly size: number | undefined;
  readonly transferred: number;
  readonly error: unknown;
}

/** Lets a transfer begin, when it is its turn. Resolves with what ends its turn. */
export type AwaitTurn = () => Promise<() => void>;

/** What a transfer does with pieces, made anew where it has to begin anew. */
export interface TransferWork {
  /** Goes on from where it has come to, until all is there and compared. Called again after a lost connection. */
  run(progress: (transferred: number, size: number) => void, isCancelled: () => boolean): Promise<void>;
  /** Given up: the other side is told, and what has arrived is thrown away. */
  abandon(): Promise<void>;
}

/** What the connection's loss makes of a request, and a request over a lost one. */
const passing: ReadonlySet<string> = new Set(['rpc.closed', 'rpc.timeout', 'hub.unreachable', 'session.interrupted']);
/** Milliseconds between attempts: the news of a lost connection may take longer than what failed by it. */
const pause = 300;

/** One file on its way from or to the computer of a session. */
export class FileTransfer {
  readonly direction: 'upload' | 'download';
  readonly session: string;
  private readonly sessions: SessionService;
  private readonly work: TransferWork;
  private readonly state: BehaviorSubject<TransferState>;
  readonly state$: Observable<TransferState>;
  /** Resolves when it is over, however that went. */
  readonly over: Promise<TransferState>;
  private isCancelled = false;
  private wake: (() => void) | undefined;

  constructor(
    sessions: SessionService,
    about: {
      readonly direction: 'upload' | 'download';
      readonly session: string;
      readonly name: string;
      readonly size: number | undefined;
    },
    work: TransferWork,
    awaitTurn: AwaitTurn,
  ) {
    this.sessions = sessions;
    this.direction = about.direction;
    this.session = about.session;
    this.work = work;
    this.state = new BehaviorSubject<TransferState>({
      phase: 'waiting',
      name: about.name,
      size: about.size,
      transferred: 0,
      error: undefined,
    });
    this.state$ = this.state;
    this.over = this.carryOut(awaitTurn);
  }

  get current(): TransferState {
    return this.state.value;
  }

  get isOver(): boolean {
    return ['done', 'failed', 'cancelled'].includes(this.current.phase);
  }

  cancel(): void {
    if (this.isOver) return;
    this.isCancelled = true;
    this.wake?.();
  }

  private async carryOut(awaitTurn: AwaitTurn): Promise<TransferState> {
    const end = await awaitTurn();
    try {
      this.update({ phase: 'running' });
      while (!(await this.attempt())) {
        this.update({ phase: 'waiting' });
        await Promise.race([this.mayGoOn(), new Promise<void>((resolve) => (this.wake = resolve))]);
        this.update({ phase: 'running' });
      }
      this.update({ phase: 'done' });
    } catch (error) {
      const cancelled = this.isCancelled || (error instanceof LatchkeyError && error.kind === 'cancelled');
      await this.work.abandon().catch(() => {}); // the computer gives it up by itself when the session ends
      this.update(cancelled ? { phase: 'cancelled' } : { phase: 'failed', error });
    } finally {
      end();
    }
    return this.current;
  }

  /** @returns false where the connection was lost: to be tried again */
  private async attempt(): Promise<boolean> {
    if (this.isCancelled) throw new LatchkeyError('rpc.cancelled');
    try {
      await this.work.run(
        (transferred, size) => this.update({ transferred, size }),
        () => this.isCancelled,
      );
      return true;
    } catch (error) {
      if (this.isCancelled || !(error instanceof LatchkeyError) || !passing.has(error.code)) throw error;
      return false;
    }
  }

  private async mayGoOn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, pause));
    await this.sessions.whenReady(this.session);
  }

  private update(change: Partial<TransferState>): void {
    this.state.next({ ...this.current, ...change });
  }
}
