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
