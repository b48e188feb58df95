/*
 * File names of Unix are bytes. Those that are UTF-8 travel as the text that they are; a byte that belongs to none travels as
 * one of the code units U+DC80 to U+DCFF, which no such text contains (as Python's `surrogateescape`): so every name can be
 * listed, and asked for again.
 */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function pathToText(bytes: Buffer): string {
  try {
    return strict.decode(bytes);
  } catch {
    return [...pieces(bytes)].join('');
  }
}

/** @returns undefined where it stands for no name */
export function textToPath(text: string): Buffer | undefined {
  if (text.includes('\0')) return undefined;
  if (text.isWellFormed()) return Buffer.from(text);
  const parts: Buffer[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) parts.push(Buffer.of(code - 0xdc00));
    else if (code >= 0xd800 && code <= 0xdfff) return undefined;
    else parts.push(Buffer.from(character));
  }
  const bytes = Buffer.concat(parts);
  // Escaped bytes that make up a character would be a second way to write it.
  return pathToText(bytes) === text ? bytes : undefined;
}

function* pieces(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    try {
      yield strict.decode(bytes.subarray(at, at + length));
      at += length;
    } catch {
      yield String.fromCharCode(0xdc00 + first);
      at++;
    }
  }
}
