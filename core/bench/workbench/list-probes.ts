/*
 * What runs inside the page. Each function is sent there as text, so that it may use nothing but its parameters and what
 * `rememberRoots` has left behind.
 */
declare global {
  interface Window {
    /** The newest shadow root of each of our elements, by the element's name. */
    latchkeyRoots: Map<string, ShadowRoot>;
  }
}

/** Before anything of the page: remembers shadow roots. */
export function rememberRoots(): void {
  window.latchkeyRoots = new Map();
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (this: Element, init: ShadowRootInit): ShadowRoot {
    const root = attach.call(this, init);
    window.latchkeyRoots.set(this.localName, root);
    return root;
  };
}

export interface Change {
  /** In which element's root, and what in it is clicked, or typed into. */
  readonly root: string;
  readonly selector: string;
  /** Typed; a click unless told. */
  readonly text?: string;
  /** Where it shows that it is done, and what stands there then: as a text, or as an attribute. */
  readonly shows: {
    readonly root: string;
    readonly selector: string;
    readonly attribute?: string;
    readonly wanted: string;
  };
}

/** Does one thing, and waits until it was on the screen. @returns milliseconds */
export function timeChange({ root, selector, text, shows }: Change): Promise<number> {
  const find = (name: string, which: string): HTMLElement | null | undefined => {
    const found = window.latchkeyRoots.get(name);
    return found?.isConnected ? found.querySelector<HTMLElement>(which) : undefined;
  };
  const element = find(root, selector);
  if (!element) throw new Error(`There is no ${selector} in ${root}.`);
  const wanted = new RegExp(shows.wanted);
  const isDone = (): boolean => {
    const found = find(shows.root, shows.selector);
    const shown = shows.attribute === undefined ? found?.textContent : found?.getAttribute(shows.attribute);
    return wanted.test(shown?.replace(/\s+/g, ' ').trim() ?? '');
  };
  const start = performance.now();
  if (text === undefined) element.click();
  else {
    (element as HTMLInputElement).value = text;
    element.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  }
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (isDone()) {
        // A message is handled after the frame whose callback posted it was drawn.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => (port1.close(), resolve(performance.now() - start));
          port2.postMessage(null);
        });
      } else if (performance.now() - start > 30_000) reject(new Error(`It was not shown: ${shows.wanted}`));
      else setTimeout(look, 0);
    };
    look();
  });
}
