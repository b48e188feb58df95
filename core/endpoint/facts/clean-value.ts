export { cleanUuid, cleanValue } from '#core/base/firmware-values.ts';

/** Each once, in order, as many as the contract takes. */
export function cleanUsers(names: Iterable<string>): string[] {
  const users = new Set([...names].map((name) => name.trim().slice(0, 255)).filter((name) => name !== ''));
  return [...users].sort().slice(0, 64);
}

/** An object without its undefined values. */
export function withoutGaps<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
