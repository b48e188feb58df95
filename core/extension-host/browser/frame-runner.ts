import { LatchkeyError } from '#protocol/errors.ts';
import type { ExtensionBundle, ExtensionProcess, ExtensionRunner, StopReason } from '../common/extension-process.ts';
import type { FrameStart } from './frame-bootstrap.ts';

/** Milliseconds in which a frame has to load: it comes from this page and needs no network. */
const frameTimeout = 10_000;

export interface FrameRunnerOptions {
  /** `latchkey:frame-bootstrap`: the frame's only script, allowed by its hash in the page's Content-Security-Policy. */
  readonly frameScript: string;
  /** `latchkey:worker-bootstrap`, loaded with the first extension. */
  readonly workerBootstrap: () => Promise<string>;
  /** Where frames are put; they have no size. The document's body unless told. */
  readonly parent?: Element;
}

/**
 * Runs each extension in a worker of its own inside a sandboxed frame of its own. The frame's origin is opaque and its
 * Content-Security-Policy admits one script and its blob worker, which inherits both: no network, no storage, no way to
 * the page or to another extension but the port that it is handed.
 */
export class FrameRunner implements ExtensionRunner {
  private readonly options: FrameRunnerOptions;
  private bootstrap: Promise<string> | undefined;
  private html: Promise<string> | undefined;

  constructor(options: FrameRunnerOptions) {
    this.options = options;
  }

  async start(bundle: ExtensionBundle): Promise<ExtensionProcess> {
    const [html, bootstrap] = await Promise.all([
      (this.html ??= frameDocument(this.options.frameScript)),
      (this.bootstrap ??= this.loadBootstrap()),
    ]);
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.setAttribute('aria-hidden', 'true');
    frame.hidden = true;
    frame.tabIndex = -1;
    frame.title = bundle.name;
    frame.srcdoc = html;
    await loaded(frame, this.options.parent ?? document.body, bundle.name);
    const control = new MessageChannel();
    const channel = new MessageChannel();
    const start: FrameStart = { scripts: [bootstrap, '\n', bundle.text] };
    // An opaque origin can't be named; the frame was made here and holds nothing but our script.
    frame.contentWindow!.postMessage(start, '*', [control.port2, channel.port2]);
    return new FrameExtension(frame, control.port1, channel.port1);
  }

  private loadBootstrap(): Promise<string> {
    const text = this.options.workerBootstrap();
    text.catch(() => (this.bootstrap = undefined));
    return text;
  }
}

class FrameExtension implements ExtensionProcess {
  readonly crashed: Promise<StopReason>;
  private readonly frame: HTMLIFrameElement;
  private readonly control: MessagePort;
  private readonly port: MessagePort;
  private killed = false;

  constructor(frame: HTMLIFrameElement, control: MessagePort, port: MessagePort) {
    this.frame = frame;
    this.control = control;
    this.port = port;
    this.crashed = new Promise((resolve) => {
      control.onmessage = ({ data }) => {
        if (!this.killed) resolve(String(data).slice(0, 500));
      };
    });
  }

  send(text: string): void {
    if (!this.killed) this.port.postMessage(text);
  }

  onMessage(listener: (text: string) => void): void {
    this.port.onmessage = ({ data }: MessageEvent<unknown>) => {
      // Anything else than a text did not come from the bootstrap; not even its type is worth an answer.
      if (typeof data === 'string' && !this.killed) listener(data);
    };
  }

  kill(): void {
    this.killed = true;
    this.port.onmessage = null;
    this.port.close();
    this.control.close();
    // With its document its worker ends, in the middle of whatever it is doing.
    this.frame.remove();
  }
}

async function frameDocument(script: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script));
  const source = `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
  const policy = `default-src 'none'; script-src ${source}; worker-src blob:`;
  return `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><script>${script}</script>`;
}

function loaded(frame: HTMLIFrameElement, parent: Element, extension: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      frame.remove();
      reject(new LatchkeyError('extension.crashed', { extension, reason: 'noFrame' }));
    }, frameTimeout);
    frame.addEventListener(
      'load',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
    parent.append(frame);
  });
}
