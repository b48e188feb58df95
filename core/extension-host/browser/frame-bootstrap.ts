/*
 * The only script of an extension's sandboxed frame. Its SHA-256 is the frame's whole `script-src`, so nothing else can
 * run there but the blob worker that it makes.
 */
export interface FrameStart {
  /** The worker's bootstrap and the extension's bundle, in this order. */
  readonly scripts: readonly string[];
}

addEventListener(
  'message',
  (event: MessageEvent<FrameStart>) => {
    const [control, port] = event.ports;
    if (event.source !== parent || !control || !port) return;
    const url = URL.createObjectURL(new Blob(event.data.scripts as string[], { type: 'text/javascript' }));
    const worker = new Worker(url);
    // An error while loading is kept and told by the bootstrap, unless the script could not even be read.
    worker.addEventListener('error', (error) => control.postMessage(error.message || 'unreadable'));
    worker.postMessage(null, [port]);
  },
  { once: true },
);
