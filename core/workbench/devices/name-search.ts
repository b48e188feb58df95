import { foldedColumn, type TextColumn } from './text-column.ts';

interface Found {
  /** For each row 1 where it holds the word, else 0. */
  readonly marks: Uint8Array;
  readonly count: number;
}

/** Words whose rows are kept: as many as somebody types before they take something back. */
const mostKept = 16;
/** Where not more than one in so many rows comes into question, these are looked at one by one. */
const sparse = 8;

/**
 * Finds the rows that have a word in one of their texts. Somebody who types asks for `d`, `de`, `des`: what held the shorter
 * word is all that can hold the longer one, and what was found a moment ago is asked for again when they take a letter back.
 */
export class NameSearch {
  private readonly texts: readonly TextColumn[];
  private columns: readonly TextColumn[] | undefined;
  private readonly length: number;
  /** By word; the one asked for longest ago comes first. */
  private readonly found = new Map<string, Found>();

  /** @param texts all of the same length */
  constructor(texts: readonly TextColumn[]) {
    this.texts = texts;
    this.length = texts[0]?.ends.length ?? 0;
  }

  /** Folds the texts: done now, or when they are first searched. */
  prepare(): readonly TextColumn[] {
    return (this.columns ??= this.texts.map(foldedColumn));
  }

  /**
   * For each row 1 where it holds a word, else 0: only valid until the next call.
   * @param word folded, not empty
   */
  holding(word: string): Uint8Array {
    let found = this.found.get(word);
    if (found) this.found.delete(word);
    else found = this.search(word);
    this.found.set(word, found);
    return found.marks;
  }

  private search(word: string): Found {
    const within = this.narrowest(word);
    const marks = this.freeMarks();
    let count = 0;
    if (within && within.count * sparse <= this.length) {
      for (let row = within.marks.indexOf(1); row >= 0; row = within.marks.indexOf(1, row + 1)) {
        if (this.has(row, word)) count += marks[row] = 1;
      }
    } else {
      for (const column of this.prepare()) count += mark(column, word, marks);
    }
    return { marks, count };
  }

  /** Of what is known, that which leaves fewest rows for a word. */
  private narrowest(word: string): Found | undefined {
    let narrowest: Found | undefined;
    for (const [part, found] of this.found) {
      if (word.includes(part) && !(narrowest && narrowest.count <= found.count)) narrowest = found;
    }
    return narrowest;
  }

  /** Memory for marks: that of the word asked for longest ago, once there are enough. */
  private freeMarks(): Uint8Array {
    const [oldest] = this.found;
    if (!oldest || this.found.size < mostKept) return new Uint8Array(this.length);
    this.found.delete(oldest[0]);
    return oldest[1].marks.fill(0);
  }

  private has(row: number, word: string): boolean {
    for (const { text, ends } of this.prepare()) {
      const start = row === 0 ? 0 : ends[row - 1]!;
      const end = ends[row]!;
      if (end - start >= word.length && text.slice(start, end).includes(word)) return true;
    }
    return false;
  }
}

/** Searches all texts as one: many times as fast as each by itself. @returns how many rows it has marked */
function mark({ text, ends }: TextColumn, word: string, marks: Uint8Array): number {
  let row = 0;
  let count = 0;
  for (let at = text.indexOf(word); at >= 0;) {
    while (ends[row]! <= at) row++;
    const end = ends[row]!;
    if (at + word.length <= end) {
      if (marks[row] === 0) count += marks[row] = 1;
      at = text.indexOf(word, end);
    } else {
      // It reaches into the next row's text.
      at = text.indexOf(word, at + 1);
    }
  }
  return count;
}
