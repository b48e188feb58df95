import {
  CancellationTokenSource,
  createMessageConnection,
  ErrorCodes,
  NullLogger,
  ProgressType,
  ResponseError,
  type CancellationToken,
  type MessageConnection,
} from '#jsonrpc';
import type { z } from 'zod';
import { LatchkeyError, errorKinds, type ErrorData } from '#protocol/errors.ts';
import { maximumMessageBytes } from '#protocol/hub.ts';
import type { NotificationContract, ProgressReport, RequestContract } from '#protocol/messages.ts';
import type { Disposable } from '../lifecycle.ts';
import type { Transport } from './transport.ts';

const progressType = new ProgressType<ProgressReport>();
/** Travels beside a request's parameters: where its progress is to be sent. Taken off before they are checked. */
const progressField = '$progress';

export interface RequestOptions {
  readonly token?: CancellationToken | undefined;
  readonly onProgress?: ((report: ProgressReport) => void) | undefined;
  /** Seconds until the request is cancelled and fails with `rpc.timeout`; 0: never. 30 unless told. */
  readonly timeout?: number;
}

/** What a handler gets beside the parameters. */
export interface Call {
  readonly token: CancellationToken;
  readonly progress: (report: ProgressReport) => void;
}

export interface RpcConnectionOptions {
  /** Told of errors that are our own fault, before the caller gets `internal` with the reference returned here. */
  readonly onInternalError?: (error: unknown, method: string) => string;
  /** Told of notifications and requests that break their contract. */
  readonly onBadMessage?: (method: string, problem: string) => void;
}

/**
 * JSON-RPC with contracts: what arrives is checked against its contract before anything sees it, on both sides, and every
 * error travels as a `LatchkeyError`. Made silent; `listen` starts it once all handlers are in place.
 */
export class RpcConnection implements Disposable {
  private readonly connection: MessageConnection;
  private readonly options: RpcConnectionOptions;
  private readonly closers = new Set<() => void>();
  private closed = false;
  private nextProgress = 1;

  constructor(transport: Transport, options: RpcConnectionOptions = {}) {
    this.options = options;
    this.connection = createMessageConnection(transport.reader, transport.writer, NullLogger);
    this.connection.onClose(() => this.handleClose());
    this.connection.onUnhandledNotification(() => {});
    this.connection.onRequest((method) => {
      throw toResponseError(new LatchkeyError('rpc.unknownMethod', { method }));
    });
  }

  get isClosed(): boolean {
    return this.closed;
  }

  listen(): void {
    this.connection.listen();
  }

  /** Answers requests of this contract. */
  handle<P, R>(contract: RequestContract<P, R>, handler: (params: P, call: Call) => R | Promise<R>): Disposable {
    return this.connection.onRequest(contract.method, async (raw: unknown, token: CancellationToken) => {
      try {
        // Cancelled while it was queued: its token would never tell the handler.
        if (token.isCancellationRequested) throw new LatchkeyError('rpc.cancelled');
        const { progressToken, params } = takeProgressToken(raw);
        const parsed = contract.params.safeParse(params);
        if (!parsed.success) {
          const problem = describeProblem(parsed.error);
          this.options.onBadMessage?.(contract.method, problem);
          throw new LatchkeyError('rpc.invalidParams', { method: contract.method, problem });
        }
        const progress = (report: ProgressReport): void => {
          if (progressToken !== undefined && !this.closed)
            void this.connection.sendProgress(progressType, progressToken, report).catch(() => {});
        };
        return await handler(parsed.data, { token, progress });
      } catch (error) {
        throw this.toWire(error, contract.method);
      }
    });
  }

  /** Calls `listener` at each notification of this contract; one that breaks it is dropped. */
  on<P>(contract: NotificationContract<P>, listener: (params: P) => void | Promise<void>): Disposable {
    return this.connection.onNotification(contract.method, async (raw: unknown) => {
      const parsed = contract.params.safeParse(raw);
      if (!parsed.success) {
        this.options.onBadMessage?.(contract.method, describeProblem(parsed.error));
        return;
      }
      try {
        await listener(parsed.data);
      } catch (error) {
        this.options.onInternalError?.(error, contract.method);
      }
    });
  }

  /**
   * @throws LatchkeyError what the peer answered, `rpc.tooLarge`, `rpc.timeout`, `rpc.closed`, `rpc.cancelled`, or `rpc.invalidResult` where
   *   the answer breaks the contract.
   */
  async request<P, R>(contract: RequestContract<P, R>, params: NoInfer<P>, options: RequestOptions = {}): Promise<R> {
    if (this.closed) throw new LatchkeyError('rpc.closed');
    const seconds = options.timeout ?? 30;
    const source = new CancellationTokenSource();
    const cancelled = options.token?.onCancellationRequested(() => source.cancel());
    if (options.token?.isCancellationRequested) source.cancel();
    let timedOut = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let progress: Disposable | undefined;
    let wire: unknown = params;
    if (options.onProgress) {
      const token = this.nextProgress++;
      progress = this.connection.onProgress(progressType, token, options.onProgress);
      wire = { ...params, [progressField]: token };
    }
    let onClose: (() => void) | undefined;
    const interrupted = new Promise<never>((_, reject) => {
      onClose = () => reject(new LatchkeyError('rpc.closed'));
      this.closers.add(onClose);
      if (seconds > 0) {
        timer = setTimeout(() => {
          timedOut = true;
          source.cancel();
          reject(new LatchkeyError('rpc.timeout', { method: contract.method, seconds }));
        }, seconds * 1000);
      }
    });
    try {
      const answer = this.connection.sendRequest(contract.method, wire, source.token);
      answer.catch(() => {}); // may settle after the race is over
      const result = contract.result.safeParse(await Promise.race([answer, interrupted]));
      if (!result.success) {
        throw new LatchkeyError('rpc.invalidResult', {
          method: contract.method,
          problem: describeProblem(result.error),
        });
      }
      return result.data;
    } catch (error) {
      throw timedOut
        ? new LatchkeyError('rpc.timeout', { method: contract.method, seconds })
        : fromWire(error, contract.method);
    } finally {
      clearTimeout(timer);
      if (onClose) this.closers.delete(onClose);
      progress?.dispose();
      cancelled?.dispose();
      source.dispose();
    }
  }

  /** Sends a notification; on a closed connection it is dropped. */
  notify<P>(contract: NotificationContract<P>, params: NoInfer<P>): void {
    if (!this.closed) void this.connection.sendNotification(contract.method, params).catch(() => {});
  }

  onClose(listener: () => void): Disposable {
    if (this.closed) listener();
    else this.closers.add(listener);
    return { dispose: () => this.closers.delete(listener) };
  }

  /** Ends the conversation: waiting requests fail with `rpc.closed`. Closing the transport is its owner's part. */
  dispose(): void {
    this.handleClose();
  }

  private handleClose(): void {
    if (this.closed) return;
    this.closed = true;
    for (const closer of [...this.closers]) closer();
    this.closers.clear();
    this.connection.dispose();
  }

  private toWire(error: unknown, method: string): ResponseError<ErrorData> {
    if (error instanceof LatchkeyError) return toResponseError(error);
    const reference = this.options.onInternalError?.(error, method) ?? 'none';
    return toResponseError(new LatchkeyError('internal', { reference }));
  }
}

function toResponseError(error: LatchkeyError): ResponseError<ErrorData> {
  return new ResponseError(errorKinds[error.kind], error.message, error.toData());
}

function fromWire(error: unknown, method: string): unknown {
  if (error instanceof LatchkeyError || !(error instanceof ResponseError)) return error;
  const ours = LatchkeyError.fromData(error.data);
  if (ours) return ours;
  if (error.code === errorKinds.cancelled) return new LatchkeyError('rpc.cancelled');
  // The library hands on no more of what the transport threw than its message.
  if (error.code === ErrorCodes.MessageWriteError && error.message.startsWith('rpc.tooLarge')) {
    return new LatchkeyError('rpc.tooLarge', { limit: maximumMessageBytes });
  }
  if (error.code === ErrorCodes.MethodNotFound) return new LatchkeyError('rpc.unknownMethod', { method });
  return new LatchkeyError('internal', { reference: 'none' }, { cause: error });
}

function takeProgressToken(raw: unknown): { progressToken: number | string | undefined; params: unknown } {
  if (typeof raw !== 'object' || raw === null || !(progressField in raw))
    return { progressToken: undefined, params: raw };
  const { [progressField]: token, ...params } = raw as Record<string, unknown>;
  return { progressToken: typeof token === 'number' || typeof token === 'string' ? token : undefined, params };
}

/** The first problem of a value that breaks its contract: where, and what. */
export function describeProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'invalid';
  const path = issue.path.map(String).join('.');
  return path ? `${path}: ${issue.message}` : issue.message;
}
