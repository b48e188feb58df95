import { AsyncLocalStorage } from 'node:async_hooks';
import { CompiledQuery, type Kysely } from 'kysely';
import { LatchkeyError } from '#protocol/errors.ts';
import { writeAudit, type NewAuditEntry } from './audit-writer.ts';
import { Counters } from './counters.ts';
import type { Tables } from './tables.ts';

/** What a piece of work may do inside its transaction. */
export interface WriteTransaction {
  readonly db: Kysely<Tables>;
  /**
   * The number of the next change that replicas follow. Whoever has taken one holds the counter until the commit, so that
   * numbers become visible in their order.
   */
  nextSeq(): Promise<number>;
  /** As many numbers as `count`, for changes that are made in one statement. Returns the first. */
  nextSeqs(count: number): Promise<number>;
  /** Adds an entry to the audit log: kept if and only if the change is. */
  audit(entry: NewAuditEntry): Promise<void>;
  /** Called once the change is safely kept, before the caller of `write` continues. Never called where it is not. */
  afterCommit(callback: () => void): void;
}

export interface StoreParts {
  readonly id: string;
  readonly engine: 'sqlite' | 'postgres';
  readonly reader: Kysely<Tables>;
  readonly writer: Kysely<Tables>;
  /** Told of errors of `afterCommit` callbacks, which are nobody's to handle. */
  readonly onError: (error: unknown) => void;
  readonly onClose: () => Promise<void>;
}

export interface WriteOptions {
  /**
   * Nobody sits and waits for it: it may come some milliseconds later, so that what arrives meanwhile shares its commit.
   * Much of what a write costs, it costs once a commit.
   */
  readonly mayWait?: boolean;
}

interface Job {
  readonly mayWait: boolean;
  readonly work: (tx: WriteTransaction) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Outcome {
  readonly job: Job;
  readonly settle: () => void;
  readonly callbacks: readonly (() => void)[];
}

/** The most writes that share a commit: bounds how long the first of them waits. */
const batchSize = 256;
/** Milliseconds for which writes that may wait are gathered. */
const gathered = 20;
const savepoint = CompiledQuery.raw('savepoint work');
const release = CompiledQuery.raw('release savepoint work');
const rollBackToSavepoint = CompiledQuery.raw('rollback to savepoint work');
const commit = CompiledQuery.raw('commit');
const rollback = CompiledQuery.raw('rollback');

/** The write that the present code runs inside of. */
const current = new AsyncLocalStorage<{ running: boolean }>();

/**
 * The hub's store. Reads see what is committed. Writes run one after another; those that arrive together share one
 * commit, each inside its own savepoint, so that one that fails harms no other.
 */
export class Store {
  /** Changes when the store is another one, after a restore for example. */
  readonly id: string;
  readonly engine: 'sqlite' | 'postgres';
  /** For reading alone. */
  readonly read: Kysely<Tables>;
  private readonly parts: StoreParts;
  private readonly begin: CompiledQuery;
  private readonly queue: Job[] = [];
  private pumping: Promise<void> | undefined;
  /** Ends the waiting of writes that may wait, while they do. */
  private hurry: (() => void) | undefined;
  private closed: Promise<void> | undefined;

  constructor(parts: StoreParts) {
    this.parts = parts;
    this.id = parts.id;
    this.engine = parts.engine;
    this.read = parts.reader;
    this.begin = CompiledQuery.raw(parts.engine === 'sqlite' ? 'begin immediate' : 'begin');
  }

  /**
   * Runs `work` in a transaction. Resolves once its changes are on the disk. What `work` throws undoes its changes and
   * comes out here. Inside, await nothing but the transaction's own queries, and never another `write`: others wait.
   */
  write<T>(work: (tx: WriteTransaction) => Promise<T>, { mayWait = false }: WriteOptions = {}): Promise<T> {
    if (this.closed) return Promise.reject(new LatchkeyError('hub.stopping'));
    // It would wait for the very write that waits for it.
    if (current.getStore()?.running) return Promise.reject(new Error('A write was begun inside another one'));
    return new Promise<T>((resolve, reject) => {
      this.queue.push({ mayWait, work, resolve: resolve as (value: unknown) => void, reject });
      if (!mayWait || this.queue.length >= batchSize) this.hurry?.();
      this.pumping ??= this.pump();
    });
  }

  /** Runs several reads that see one and the same state. */
  snapshot<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    const transaction = this.read.transaction();
    return (this.engine === 'postgres' ? transaction.setIsolationLevel('repeatable read') : transaction).execute(work);
  }

  /** Takes no more writes, finishes those that were taken, and lets go of the store. */
  close(): Promise<void> {
    this.closed ??= (async () => {
      this.hurry?.();
      await this.pumping;
      await Promise.allSettled([this.parts.reader.destroy(), this.parts.writer.destroy()]);
      await this.parts.onClose();
    })();
    return this.closed;
  }

  private async pump(): Promise<void> {
    do {
      await this.gather();
      // Everything that has arrived on any socket by now joins the batch.
      await new Promise(setImmediate);
      await this.commitBatch();
    } while (this.queue.length > 0);
    this.pumping = undefined;
  }

  /** As long as nobody waits for any of the writes, and a commit has room for more. */
  private async gather(): Promise<void> {
    if (this.closed || this.queue.length >= batchSize || !this.queue.every(({ mayWait }) => mayWait)) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.hurry = resolve;
      timer = setTimeout(resolve, gathered);
    });
    clearTimeout(timer);
    this.hurry = undefined;
  }

  private async commitBatch(): Promise<void> {
    const taken: Job[] = [];
    try {
      const outcomes = await this.parts.writer.connection().execute((db) => this.runBatch(db, taken));
      for (const { settle, callbacks } of outcomes) {
        for (const callback of callbacks) this.runCallback(callback);
        settle();
      }
    } catch (error) {
      // Without even a connection nothing was taken: those that wait must not wait for ever.
      for (const job of taken.length > 0 ? taken : this.queue.splice(0)) job.reject(error);
    }
  }

  private async runBatch(db: Kysely<Tables>, taken: Job[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const counters = new Counters(db);
    await db.executeQuery(this.begin);
    try {
      for (let job = this.queue.shift(); job; job = taken.length < batchSize ? this.queue.shift() : undefined) {
        taken.push(job);
        outcomes.push(await this.runJob(db, counters, job));
      }
      await counters.keep();
      await db.executeQuery(commit);
      return outcomes;
    } catch (error) {
      await db.executeQuery(rollback).catch(() => {});
      throw error;
    }
  }

  private async runJob(db: Kysely<Tables>, counters: Counters, job: Job): Promise<Outcome> {
    const callbacks: (() => void)[] = [];
    const tx: WriteTransaction = {
      db,
      nextSeq: () => counters.take('seq'),
      nextSeqs: async (count) => (await counters.take('seq', count)) - count + 1,
      audit: async (entry) => writeAudit(db, await counters.take('audit'), entry),
      afterCommit: (callback) => void callbacks.push(callback),
    };
    const state = { running: true };
    const marks = counters.marks();
    await db.executeQuery(savepoint);
    try {
      const value = await current.run(state, () => job.work(tx)).finally(() => (state.running = false));
      await db.executeQuery(release);
      return { job, callbacks, settle: () => job.resolve(value) };
    } catch (error) {
      await db.executeQuery(rollBackToSavepoint);
      counters.goBack(marks);
      await db.executeQuery(release);
      return { job, callbacks: [], settle: () => job.reject(error) };
    }
  }

  private runCallback(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.parts.onError(error);
    }
  }
}
