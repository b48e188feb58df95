/*
 * The few globals of browsers that the runtime's libraries touch while they load and that a bare V8 context lacks.
 * Messages travel as texts, so nothing is ever encoded with these.
 */
class Encoding {
  encode(): never {
    throw new Error('not available in an extension');
  }
  decode(): never {
    throw new Error('not available in an extension');
  }
}
const silent = (): void => {};
const missing: Record<string, unknown> = {
  TextEncoder: Encoding,
  TextDecoder: Encoding,
  console: Object.freeze({ log: silent, info: silent, warn: silent, error: silent, debug: silent }),
  crypto: Object.freeze({}),
};
for (const [name, value] of Object.entries(missing)) {
  if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
