import { compareEntries, type DeviceEntry } from './device-entry.ts';

/** More changes than this, and the text is made anew. */
const mostChanges = 200;

/**
 * The search texts of many devices as one text: looking through 100,000 devices one by one waits for memory at each, looking
 * through two megabytes at once does not.
 */
class SearchText {
  readonly entries: readonly DeviceEntry[];
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

  /** Calls `found` with the index of each device whose text holds a word (folded), in their order. */
  search(word: string, found: (index: number) => void): void {
    const { starts, text } = this;
    let index = 0;
    for (let at = text.indexOf(word); at >= 0;) {
      index = this.indexAt(at, index);
      found(index);
      const next = starts[index + 1];
      if (next === undefined) break;
      at = text.indexOf(word, next);
    }
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

/** Finds words in the names of a list of devices; knows what few of them changed since its text was made. */
export class TextHaystack {
  private readonly base: SearchText;
  private readonly gone: ReadonlySet<DeviceEntry>;
  /** By name. */
  private readonly added: readonly DeviceEntry[];

  private constructor(base: SearchText, gone: ReadonlySet<DeviceEntry>, added: readonly DeviceEntry[]) {
    this.base = base;
    this.gone = gone;
    this.added = added;
  }

  static of(entries: readonly DeviceEntry[]): TextHaystack {
    return new TextHaystack(new SearchText(entries), new Set(), []);
  }

  /** Of the list without some and with others; undefined where making it anew is better. */
  changed(gone: ReadonlySet<DeviceEntry>, added: Iterable<DeviceEntry>): TextHaystack | undefined {
    const allGone = new Set([...this.gone, ...gone]);
    const allAdded = [...this.added, ...added].filter((entry) => !gone.has(entry)).sort(compareEntries);
    if (allGone.size + allAdded.length > mostChanges) return undefined;
    return new TextHaystack(this.base, allGone, allAdded);
  }

  /** The devices whose text holds a word (folded), in their order. */
  search(word: string): DeviceEntry[] {
    const found: DeviceEntry[] = [];
    const { entries } = this.base;
    this.base.search(word, (index) => found.push(entries[index]!));
    return this.patched(found, (entry) => entry.searchText.includes(word));
  }

  /** The devices whose text holds none of the words, in their order. */
  without(words: readonly string[]): DeviceEntry[] {
    const { entries } = this.base;
    const holds = new Uint8Array(entries.length);
    for (const word of words) this.base.search(word, (index) => (holds[index] = 1));
    const found = entries.filter((_, index) => holds[index] === 0);
    return this.patched(found, (entry) => words.every((word) => !entry.searchText.includes(word)));
  }

  private patched(found: DeviceEntry[], fits: (entry: DeviceEntry) => boolean): DeviceEntry[] {
    const kept = this.gone.size > 0 ? found.filter((entry) => !this.gone.has(entry)) : found;
    return insertSorted(kept, this.added.filter(fits));
  }
}

const haystacks = new WeakMap<readonly DeviceEntry[], TextHaystack>();

/** The haystack of a list, made once for as long as the list is the same. */
export function haystackOf(entries: readonly DeviceEntry[]): TextHaystack {
  let haystack = haystacks.get(entries);
  if (!haystack) haystacks.set(entries, (haystack = TextHaystack.of(entries)));
  return haystack;
}

/** Keeps what is known of a list for the one that it became. */
export function carryHaystack(
  from: readonly DeviceEntry[],
  to: readonly DeviceEntry[],
  gone: ReadonlySet<DeviceEntry>,
  added: Iterable<DeviceEntry>,
): void {
  const haystack = haystacks.get(from)?.changed(gone, added);
  if (haystack) haystacks.set(to, haystack);
}

/** Puts a few devices, by name, into a list by name, which is changed. */
export function insertSorted(entries: DeviceEntry[], few: readonly DeviceEntry[]): DeviceEntry[] {
  for (const entry of few) {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareEntries(entries[middle]!, entry) < 0) low = middle + 1;
      else high = middle;
    }
    entries.splice(low, 0, entry);
  }
  return entries;
}
