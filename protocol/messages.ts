import type { z } from 'zod';

/**
 * A request that crosses a process boundary: its JSON-RPC method and the shape of what goes each way.
 * Parameters are always one object, so that a field can be added without breaking an older peer.
 */
export interface RequestContract<P = unknown, R = unknown> {
  readonly kind: 'request';
  readonly method: string;
  readonly params: z.ZodType<P>;
  readonly result: z.ZodType<R>;
}

/** A message that crosses a process boundary and is not answered. */
export interface NotificationContract<P = unknown> {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: z.ZodType<P>;
}

export type ParamsOf<C> =
  C extends RequestContract<infer P, unknown> ? P : C extends NotificationContract<infer P> ? P : never;
export type ResultOf<C> =
  C extends RequestContract<never, infer R> ? R : C extends RequestContract<any, infer R> ? R : never;

/** Declares a request. `method` is `capability/verb`. */
export function request<P extends z.ZodType, R extends z.ZodType>(
  method: string,
  params: P,
  result: R,
): RequestContract<z.output<P>, z.output<R>> {
  return { kind: 'request', method, params, result } as unknown as RequestContract<z.output<P>, z.output<R>>;
}

/** Declares a notification. `method` is `capability/event`. */
export function notification<P extends z.ZodType>(method: string, params: P): NotificationContract<z.output<P>> {
  return { kind: 'notification', method, params } as unknown as NotificationContract<z.output<P>>;
}

/** What a long request reports while it runs. `fraction` is 0…1 where it is known. */
export interface ProgressReport {
  readonly message?: string | undefined;
  readonly fraction?: number | undefined;
}
