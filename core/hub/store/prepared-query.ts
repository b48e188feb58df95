import type { CompiledQuery, Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Stands for a value while a query is being built; the driver never sees it. */
class Place {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

interface Built<R> {
  compile(): CompiledQuery<R>;
}

/**
 * A query that is built once for each engine and then only filled: building one costs several times what SQLite takes to
 * run it. For those that run once a join, not for all.
 * @param build makes the query; what it reads from `place` is filled from the parameters of the same name. Nothing else in
 *   it may depend on a parameter.
 */
export function preparedQuery<P extends object, R>(
  build: (db: Kysely<Tables>, place: Required<P>) => Built<R>,
): (db: Kysely<Tables>, parameters: P) => Promise<R[]> {
  const compiled = new WeakMap<object, CompiledQuery<R>>();
  const places = new Proxy({} as Required<P>, { get: (_, name) => new Place(String(name)) });
  return async (db, parameters) => {
    const { adapter } = db.getExecutor();
    let query = compiled.get(adapter);
    if (!query) compiled.set(adapter, (query = build(db, places).compile()));
    const values = query.parameters.map((value) =>
      value instanceof Place ? (parameters as Record<string, unknown>)[value.name] : value,
    );
    return (await db.executeQuery<R>({ ...query, parameters: values })).rows;
  };
}
