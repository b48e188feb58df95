/** One line of the keyboard shortcuts: a command, and a key where it has one. */
export interface KeybindingRow {
  readonly command: string;
  readonly title: string;
  /** As it is written in `keybindings.json`: `ctrl+shift+p`. */
  readonly key: string | undefined;
  readonly when: string | undefined;
  /** `user`, or the display name of what brought it. */
  readonly source: string;
  /** Whether the person has changed what this command came with. */
  readonly changed: boolean;
  /** Titles of other commands on the same key that may be meant at the same time. */
  readonly conflicts: readonly string[];
}

/** Rows that hold all the words; a text in quotes is a key, and has to be the whole key. */
export function filterKeybindings(
  rows: readonly KeybindingRow[],
  query: string,
  label: (key: string) => string,
): readonly KeybindingRow[] {
  const quoted = /^"(.*)"$/.exec(query.trim())?.[1]?.toLowerCase();
  if (quoted !== undefined)
    return rows.filter(({ key }) => key !== undefined && [key, label(key).toLowerCase()].includes(quoted));
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ command, title, key, when, source }) => {
    const text = [command, title, key ?? '', key === undefined ? '' : label(key), when ?? '', source]
      .join('\n')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
