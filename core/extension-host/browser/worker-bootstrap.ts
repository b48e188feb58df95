import { startExtensionRuntime } from '../common/extension-runtime.ts';
import type { LoadedExtension } from '../common/extension-runtime.ts';
import type { WebSocketLike } from '#core/base/rpc/transport.ts';

/*
 * First half of the blob worker that an extension runs in; the extension's bundle, which leaves `latchkeyExtension`
 * behind, is the second. The frame's Content-Security-Policy and opaque origin are the walls. What is taken away here
 * would only fail behind them: an extension's author is told at the first call and not by a silence.
 */
interface WorkerScope {
  latchkeyExtension?: { activate?: unknown };
  addEventListener(type: 'message', listener: (event: MessageEvent) => void, options: { once: true }): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
}
const scope = globalThis as unknown as WorkerScope;

let loadError: string | undefined;
scope.addEventListener('error', (event) => {
  loadError ??= event.message;
  // Handled: only a script that could not be read at all reaches the frame's own listener.
  event.preventDefault();
});

const unavailable = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'WebTransport',
  'EventSource',
  'importScripts',
  'Worker',
  'SharedWorker',
  'BroadcastChannel',
  'indexedDB',
  'caches',
  'postMessage',
];
for (const name of unavailable) {
  Object.defineProperty(globalThis, name, { value: undefined, configurable: false, writable: false });
}

scope.addEventListener(
  'message',
  (event) => {
    const [port] = event.ports;
    if (!port) return;
    event.stopImmediatePropagation();
    const socket: WebSocketLike = {
      send: (text) => port.postMessage(text),
      addEventListener: (type: string, listener: (event: never) => void) => {
        if (type !== 'message') return;
        port.addEventListener('message', listener as (event: MessageEvent) => void);
        port.start();
      },
    };
    startExtensionRuntime(socket, (): LoadedExtension => ({
      activate: scope.latchkeyExtension?.activate,
      error: loadError,
    }));
  },
  { once: true },
);
