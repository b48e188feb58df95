const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new random identifier: 16 characters of lower-case base32, 80 random bits. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let text = '';
  for (const byte of bytes) text += alphabet[byte & 31];
  return text;
}
