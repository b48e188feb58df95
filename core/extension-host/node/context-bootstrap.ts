import type { WebSocketLike } from '#core/base/rpc/transport.ts';
import { startExtensionRuntime } from '../common/extension-runtime.ts';

/*
 * Runs inside the bare V8 context of an extension, before the extension. `latchkeyBridge` is all that reaches in from
 * Node: functions of the outer realm, which lead to it through their constructors. They therefore stay in this closure,
 * only primitives go through them, and nothing that they throw is let out.
 */
interface Bridge {
  send(text: string): void;
  startTimer(id: number, milliseconds: number, repeat: boolean): void;
  stopTimer(id: number): void;
  onMessage(listener: (text: string) => void): void;
  onTimer(listener: (id: number) => void): void;
  loadError(): string | undefined;
}
const scope = globalThis as unknown as Record<string, unknown> & { latchkeyExtension?: { activate?: unknown } };
const bridge = scope['latchkeyBridge'] as Bridge;
delete scope['latchkeyBridge'];

const { send, startTimer, stopTimer, onMessage, onTimer, loadError } = bridge;
const outward = (call: () => void): void => {
  try {
    call();
  } catch {
    throw new Error('the host is gone');
  }
};

// A stack trace hook would be handed call sites, and through them functions of the outer realm.
Object.defineProperty(Error, 'prepareStackTrace', { value: undefined, writable: false, configurable: false });

const timers = new Map<number, { run: () => void; repeat: boolean }>();
let nextTimer = 1;
const startOf =
  (repeat: boolean) =>
  (callback: (...args: unknown[]) => void, milliseconds: unknown = 0, ...args: unknown[]): number => {
    const id = nextTimer++;
    timers.set(id, { run: () => callback(...args), repeat });
    outward(() => startTimer(id, Math.min(Math.max(Number(milliseconds) || 0, repeat ? 4 : 0), 0x7fffffff), repeat));
    return id;
  };
const stop = (id: unknown): void => {
  if (typeof id === 'number' && timers.delete(id)) outward(() => stopTimer(id));
};
onTimer((id) => {
  const timer = timers.get(id);
  if (timer && !timer.repeat) timers.delete(id);
  timer?.run();
});
Object.assign(scope, {
  setTimeout: startOf(false),
  setInterval: startOf(true),
  setImmediate: (callback: () => void, ...args: unknown[]) => startOf(false)(callback, 0, ...args),
  clearTimeout: stop,
  clearInterval: stop,
  clearImmediate: stop,
  queueMicrotask: (callback: () => void) => void Promise.resolve().then(callback),
});

const socket: WebSocketLike = {
  send: (text) => outward(() => send(text)),
  addEventListener: (type: string, listener: (event: never) => void) => {
    if (type === 'message') onMessage((text) => (listener as (event: { data: unknown }) => void)({ data: text }));
  },
};
startExtensionRuntime(socket, () => ({ activate: scope.latchkeyExtension?.activate, error: loadError() }));
