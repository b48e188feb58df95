import { AsyncLocalStorage } from 'node:async_hooks';
import { CompiledQuery, type Kysely } from 'kysely';
import { LatchkeyError } from '#protocol/errors.ts';
import { writeAudit, type NewAuditEntry } from './audit-writer.ts';
import { preparedQuery } from './prepared-query.ts';
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

interface Job {
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
  write<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    if (this.closed) return Promise.reject(new LatchkeyError('hub.stopping'));
    // It would wait for the very write that waits for it.
    if (current.getStore()?.running) return Promise.reject(new Error('A write was begun inside another one'));
    return new Promise<T>((resolve, reject) => {
      this.queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
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
      await this.pumping;
      await Promise.allSettled([this.parts.reader.destroy(), this.parts.writer.destroy()]);
      await this.parts.onClose();
    })();
    return this.closed;
  }

  private async pump(): Promise<void> {
    do {
      // Everything that has arrived on any socket by now joins the batch.
      await new Promise(setImmediate);
      await this.commitBatch();
    } while (this.queue.length > 0);
    this.pumping = undefined;
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
    await db.executeQuery(this.begin);
    try {
      for (let job = this.queue.shift(); job; job = taken.length < batchSize ? this.queue.shift() : undefined) {
        taken.push(job);
        outcomes.push(await this.runJob(db, job));
      }
      await db.executeQuery(commit);
      return outcomes;
    } catch (error) {
      await db.executeQuery(rollback).catch(() => {});
      throw error;
    }
  }

  private async runJob(db: Kysely<Tables>, job: Job): Promise<Outcome> {
    const callbacks: (() => void)[] = [];
    const tx: WriteTransaction = {
      db,
      nextSeq: () => nextNumber(db, 'seq'),
      nextSeqs: (count) => nextSeqs(db, count),
      audit: async (entry) => writeAudit(db, await nextNumber(db, 'audit'), entry),
      afterCommit: (callback) => void callbacks.push(callback),
    };
    const state = { running: true };
    await db.executeQuery(savepoint);
    try {
      const value = await current.run(state, () => job.work(tx)).finally(() => (state.running = false));
      await db.executeQuery(release);
      return { job, callbacks, settle: () => job.resolve(value) };
    } catch (error) {
      await db.executeQuery(rollBackToSavepoint);
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

const increment = preparedQuery((db, place: { name: 'seq' | 'audit' }) =>
  db
    .updateTable('counters')
    .set((eb) => ({ value: eb('value', '+', 1) }))
    .where('name', '=', place.name)
    .returning('value'),
);

async function nextNumber(db: Kysely<Tables>, name: 'seq' | 'audit'): Promise<number> {
  const [row] = await increment(db, { name });
  if (!row) throw new Error(`The store has no counter "${name}".`);
  return row.value;
}

async function nextSeqs(db: Kysely<Tables>, count: number): Promise<number> {
  const row = await db
    .updateTable('counters')
    .set((eb) => ({ value: eb('value', '+', count) }))
    .where('name', '=', 'seq')
    .returning('value')
    .executeTakeFirst();
  if (!row) throw new Error('The store has no counter "seq".');
  return row.value - count + 1;
}
