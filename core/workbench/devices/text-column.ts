import { fold } from './name-order.ts';

/**
 * Many texts as one: it is stored, read and searched as a whole, where 100,000 of them would each cost an allocation and a
 * wait for memory.
 */
export interface TextColumn {
  readonly text: string;
  /** For each row where its text ends; it begins where the one before ends. */
  readonly ends: Uint32Array;
}

export function textColumn(values: readonly string[]): TextColumn {
  const ends = new Uint32Array(values.length);
  let end = 0;
  values.forEach((value, row) => (ends[row] = end += value.length));
  return { text: values.join(''), ends };
}

export const textAt = ({ text, ends }: TextColumn, row: number): string =>
  text.slice(row === 0 ? 0 : ends[row - 1], ends[row]);

/** Each text folded for search. */
export function foldedColumn(column: TextColumn): TextColumn {
  // Folded at once where nothing but letters' case changes, so that each text stays where it is.
  if (/^[\x00-\x7f]*$/.test(column.text)) return { text: column.text.toLowerCase(), ends: column.ends };
  return textColumn(Array.from(column.ends, (_, row) => fold(textAt(column, row))));
}

/** Calls `found` with each row whose text holds a word, in their order. */
export function searchColumn({ text, ends }: TextColumn, word: string, found: (row: number) => void): void {
  let row = 0;
  for (let at = text.indexOf(word); at >= 0;) {
    if (ends[row]! <= at) row = rowAt(ends, at, row + 1);
    const end = ends[row]!;
    if (at + word.length <= end) {
      found(row);
      at = text.indexOf(word, end);
    } else {
      // It reaches into the next row's text.
      at = text.indexOf(word, at + 1);
    }
  }
}

/** The first row from `low` on that ends behind a position. */
function rowAt(ends: Uint32Array, position: number, low: number): number {
  // Mostly it is the next one: look there before searching.
  let high = ends[low]! > position ? low : ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
