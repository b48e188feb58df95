import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** The most prepared statements that are kept; the application's own are far fewer, lists of varying length are not. */
const cacheSize = 500;

class Statement implements SqliteStatement {
  readonly reader: boolean;
  private readonly statement: StatementSync;
  private readonly prepareAnew: () => StatementSync;

  constructor(prepareAnew: () => StatementSync) {
    this.prepareAnew = prepareAnew;
    this.statement = prepareAnew();
    this.reader = this.statement.columns().length > 0;
  }
  all(parameters: readonly unknown[]): unknown[] {
    return this.statement.all(...(parameters as SQLInputValue[]));
  }
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.statement.run(...(parameters as SQLInputValue[]));
  }
  /** On a statement of its own: the shared one may run again before the caller has read all rows. */
  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.prepareAnew().iterate(...(parameters as SQLInputValue[]));
  }
}

/** Node's SQLite as Kysely's dialect wants it, with a cache of prepared statements. */
export class CachingSqliteDatabase implements SqliteDatabase {
  private readonly database: DatabaseSync;
  private readonly cache = new Map<string, Statement>();

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  prepare(sql: string): SqliteStatement {
    let statement = this.cache.get(sql);
    if (statement) {
      // Moved to the end: the first in the map is the one that was used longest ago.
      this.cache.delete(sql);
    } else {
      statement = new Statement(() => this.database.prepare(sql));
      const oldest = this.cache.keys().next();
      if (this.cache.size >= cacheSize && !oldest.done) this.cache.delete(oldest.value);
    }
    this.cache.set(sql, statement);
    return statement;
  }

  close(): void {
    this.cache.clear();
    this.database.close();
  }
}
