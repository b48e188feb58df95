/*
 * What runs inside the page. Each function is sent there as text, so that it may use nothing but its parameters and what
 * `installProbes` has left behind.
 */
export interface Probes {
  /** The shadow root of the device tree once there is one. */
  tree(): ShadowRoot | undefined;
  /** Milliseconds since the navigation until so many rows' height was on the screen, with devices in sight. */
  whenDrawn(rows: number): Promise<number>;
  /** From key down until the frame after it was on the screen, milliseconds each. */
  readonly keyStrokes: number[];
  /** What the page itself was busy with each of them, until its frame was to be drawn. */
  readonly keyWork: number[];
}

declare global {
  interface Window {
    latchkeyBench: Probes;
  }
}

/** Before anything of the page: remembers the tree's root, and times key strokes. @param expanded the nodes that are open */
export function installProbes(expanded: readonly string[]): void {
  localStorage.setItem('latchkey.tree.devices', JSON.stringify(expanded));
  let tree: ShadowRoot | undefined;
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (this: Element, init: ShadowRootInit): ShadowRoot {
    const root = attach.call(this, init);
    if (this.localName === 'lk-tree') tree = root;
    return root;
  };
  // A message is handled after the frame whose callback posted it was drawn.
  const afterThisFrame = (then: () => void): void => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => (port1.close(), then());
    port2.postMessage(null);
  };
  const afterFrame = (then: () => void): void => void requestAnimationFrame(() => afterThisFrame(then));
  const drawn = (rows: number): boolean =>
    parseFloat(tree?.querySelector<HTMLElement>('.rows')?.style.height ?? '') === rows * 22 &&
    tree?.querySelector('[aria-level="2"]') != null;
  const keyStrokes: number[] = [];
  const keyWork: number[] = [];
  let pressed = 0;
  addEventListener('keydown', ({ timeStamp }) => (pressed = timeStamp), { capture: true });
  addEventListener(
    'input',
    () => {
      const start = pressed;
      requestAnimationFrame(() => keyWork.push(performance.now() - start));
      afterFrame(() => keyStrokes.push(performance.now() - start));
    },
    { capture: true },
  );
  window.latchkeyBench = {
    tree: () => tree,
    whenDrawn: (rows) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (drawn(rows)) afterThisFrame(() => resolve(performance.now()));
          else if (performance.now() > 30_000) reject(new Error('The tree was not drawn within 30 seconds.'));
          else requestAnimationFrame(look);
        };
        look();
      }),
    keyStrokes,
    keyWork,
  };
}

/** Milliseconds since the navigation until content was on the screen. */
export function firstPaint(): Promise<number> {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const entry = list.getEntriesByName('first-contentful-paint')[0];
      if (entry) resolve(entry.startTime);
    }).observe({ type: 'paint', buffered: true });
  });
}

/** Scrolls by so many pixels a frame. @returns the milliseconds between frames, as the display counts them */
export function scroll({ frames, step }: { frames: number; step: number }): Promise<number[]> {
  const scroller = window.latchkeyBench?.tree()?.querySelector<HTMLElement>('.tree') ?? document.scrollingElement!;
  scroller.scrollTop = 0;
  return new Promise((resolve) => {
    const times: number[] = [];
    const frame = (now: number): void => {
      times.push(now);
      scroller.scrollTop += step;
      if (times.length <= frames) requestAnimationFrame(frame);
      // Steps of the clock are a tenth of a millisecond.
      else resolve(times.slice(1).map((time, index) => Math.round((time - times[index]!) * 10) / 10));
    };
    requestAnimationFrame(frame);
  });
}

/** Whether a whole replica is stored. */
export async function isStored(): Promise<boolean> {
  const [found] = (await indexedDB.databases()).filter(({ name }) => name?.startsWith('latchkey.replica.'));
  if (!found?.name) return false;
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(found.name!);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error!);
  });
  const count = await new Promise<number>((resolve, reject) => {
    const counting = database.transaction('snapshot').objectStore('snapshot').count();
    counting.onsuccess = () => resolve(counting.result);
    counting.onerror = () => reject(counting.error!);
  });
  database.close();
  return count === 1;
}

/** Opens the replica's database and reads it, no more; then looks for a word in each name, one after another. */
export async function bareReads(words: readonly string[]): Promise<{ read: number; includes: number[] }> {
  const [found] = (await indexedDB.databases()).filter(({ name }) => name?.startsWith('latchkey.replica.'));
  const before = performance.now();
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(found!.name!);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error!);
  });
  type Snapshot = { devices: { hostNames: { text: string; ends: Uint32Array } } };
  const [snapshot] = await new Promise<Snapshot[]>((resolve, reject) => {
    const reading = database.transaction('snapshot').objectStore('snapshot').getAll();
    reading.onsuccess = () => resolve(reading.result);
    reading.onerror = () => reject(reading.error!);
  });
  const read = performance.now() - before;
  database.close();
  const { text, ends } = snapshot!.devices.hostNames;
  const names = Array.from(ends, (end, row) => text.slice(ends[row - 1] ?? 0, end).toLowerCase());
  const includes = words.map((word) => {
    const start = performance.now();
    const hits = names.filter((name) => name.includes(word));
    return hits.length < 0 ? NaN : performance.now() - start;
  });
  return { read, includes };
}
