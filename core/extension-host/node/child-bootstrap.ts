import { constants, createContext, Script, type Context } from 'node:vm';
import contextBootstrap from 'latchkey:context-bootstrap';

/*
 * The process of one extension. It starts under Node's permission model with an empty environment: no files but this
 * one, no network, no children, no workers, no add-ons. Two doors are left open by that model, `node:sqlite` and
 * `process.kill`; so every road to a builtin is torn up here before the extension's text even arrives, the extension
 * runs in a bare V8 context, and text never becomes code (`--disallow-code-generation-from-strings`).
 *
 * Messages are lines on standard input and output. The first line in is `{ "bundle": TEXT }`, all others are JSON-RPC.
 */
const { stdin, stdout } = process;
const exit = (process as unknown as { reallyExit: (code: number) => never }).reallyExit.bind(process);
const write = stdout.write.bind(stdout);
const start = { timeout: setTimeout, interval: setInterval, clear: clearTimeout };

// Promises and timers of the extension that fail are its own affair.
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});

/** What Node's own event emitter reads from `process`. */
const internal = new Set(['_maxListeners', 'domain', '_exiting', 'exitCode', 'sourceMapsEnabled']);
tearUpRoads();

let receive: ((text: string) => void) | undefined;
let fire: ((id: number) => void) | undefined;
let loadError: string | undefined;
const timers = new Map<number, NodeJS.Timeout>();

function load(bundle: string): void {
  const context = bareContext() as Record<string, unknown>;
  context['latchkeyBridge'] = Object.freeze({
    send: (text: unknown) => {
      if (typeof text === 'string') write(text + '\n');
    },
    startTimer: (id: unknown, milliseconds: unknown, repeat: unknown) => {
      if (typeof id !== 'number' || typeof milliseconds !== 'number') return;
      const run = (): void => {
        if (!repeat) timers.delete(id);
        try {
          fire?.(id);
        } catch {
          // The extension's own; nothing of it is looked at here.
        }
      };
      timers.set(id, repeat ? start.interval(run, milliseconds) : start.timeout(run, milliseconds));
    },
    stopTimer: (id: unknown) => {
      start.clear(timers.get(id as number));
      timers.delete(id as number);
    },
    onMessage: (listener: (text: string) => void) => (receive = listener),
    onTimer: (listener: (id: number) => void) => (fire = listener),
    loadError: () => loadError,
  });
  new Script(contextBootstrap, { filename: 'latchkey-bootstrap.js' }).runInContext(context as Context);
  // `import()` has no loader here: it fails with whatever Node throws, of which nothing is left to reach.
  try {
    new Script(bundle, { filename: 'extension.js' }).runInContext(context as Context);
  } catch (error) {
    loadError = describe(error);
  }
}

/** The message of whatever was thrown, without running code of the thrower's: a getter, a proxy or `toString` might be. */
function describe(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return 'threw';
  try {
    const message: unknown = Object.getOwnPropertyDescriptor(error, 'message')?.value;
    return typeof message === 'string' ? message : 'threw';
  } catch {
    return 'threw';
  }
}

let buffered = '';
stdin.setEncoding('utf8');
stdin.on('data', (chunk: string) => {
  buffered += chunk;
  let end: number;
  while ((end = buffered.indexOf('\n')) >= 0) {
    const line = buffered.slice(0, end);
    buffered = buffered.slice(end + 1);
    if (receive) {
      try {
        receive(line);
      } catch {
        // as for timers
      }
    } else load((JSON.parse(line) as { bundle: string }).bundle);
  }
});
stdin.on('end', () => exit(0));

function bareContext(): Context {
  return createContext(constants.DONT_CONTEXTIFY as unknown as Context, {
    codeGeneration: { strings: false, wasm: false },
  });
}

/** Leaves nothing on `process` and among the globals that leads to a builtin or acts on the machine. */
function tearUpRoads(): void {
  const needed = new Set(['nextTick', 'emitWarning', '_tickCallback', '_fatalException', 'hrtime']);
  const torn = { value: undefined, writable: false, enumerable: false, configurable: false };
  for (const name of ['mainModule', ...Object.getOwnPropertyNames(process)]) {
    const descriptor = Object.getOwnPropertyDescriptor(process, name);
    const isRoad = !descriptor || descriptor.get !== undefined || typeof descriptor.value === 'function';
    if (isRoad && descriptor?.configurable !== false && !needed.has(name) && !internal.has(name)) {
      Object.defineProperty(process, name, torn);
    }
  }
  const standard = new Set(
    new Script('Object.getOwnPropertyNames(globalThis)').runInContext(bareContext()) as string[],
  );
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!standard.has(name)) Reflect.deleteProperty(globalThis, name);
  }
}
