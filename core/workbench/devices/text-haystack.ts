import type { DeviceEntry } from './device-entry.ts';

/**
 * The search texts of many devices as one text: looking through 100,000 devices one by one waits for memory at each, looking
 * through two megabytes at once does not.
 */
export class TextHaystack {
  private readonly entries: readonly DeviceEntry[];
  private readonly text: string;
  /** Where each device's text begins. */
  private readonly starts: Uint32Array;

  constructor(entries: readonly DeviceEntry[]) {
    this.entries = entries;
    this.starts = new Uint32Array(entries.length);
    const texts = entries.map(({ searchText }) => searchText);
    let at = 0;
    texts.forEach((text, index) => {
      this.starts[index] = at;
      at += text.length + 1;
    });
    this.text = texts.join('\0');
  }

  /** The devices whose text holds a word (folded), in their order. */
  search(word: string): DeviceEntry[] {
    const found: DeviceEntry[] = [];
    const { starts, entries, text } = this;
    let index = 0;
    for (let at = text.indexOf(word); at >= 0;) {
      index = this.indexAt(at, index);
      found.push(entries[index]!);
      const next = starts[index + 1];
      if (next === undefined) break;
      at = text.indexOf(word, next);
    }
    return found;
  }

  /** Which device's text a position is in: the last one that begins at or before it. */
  private indexAt(position: number, from: number): number {
    // Mostly it is the next one: look there before searching.
    const following = this.starts[from + 2];
    let low = from;
    let high = following !== undefined && position < following ? from + 1 : this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const haystacks = new WeakMap<readonly DeviceEntry[], TextHaystack>();

/** The haystack of a list, made once for as long as the list is the same. */
export function haystackOf(entries: readonly DeviceEntry[]): TextHaystack {
  let haystack = haystacks.get(entries);
  if (!haystack) haystacks.set(entries, (haystack = new TextHaystack(entries)));
  return haystack;
}
