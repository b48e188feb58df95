import type { FileEntry } from '#protocol/file-transfer.ts';

export type SortColumn = 'name' | 'size' | 'modifiedAt';

export interface FileOrder {
  readonly column: SortColumn;
  readonly descending: boolean;
  readonly hidden: boolean;
}

/** The entries of a folder as they are listed: folders first, `file2` before `file10`. */
export function fileRows(entries: readonly FileEntry[], order: FileOrder, language: string): FileEntry[] {
  const { compare } = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  const sign = order.descending ? -1 : 1;
  const by = (a: FileEntry, b: FileEntry): number => (order.column === 'name' ? 0 : a[order.column] - b[order.column]);
  return entries
    .filter(({ name }) => order.hidden || !name.startsWith('.'))
    .sort(
      (a, b) =>
        Number(b.kind === 'folder') - Number(a.kind === 'folder') || sign * (by(a, b) || compare(a.name, b.name)),
    );
}

/** The path of something in a folder, as the folder's own path is written. */
export function join(folder: string, name: string): string {
  // The top of a Windows computer lists its drives: each is a path of its own.
  if (folder === '\\') return name;
  const separator = folder.startsWith('/') ? '/' : '\\';
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
}
