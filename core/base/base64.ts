interface Base64Array {
  toBase64(): string;
}
interface Base64ArrayConstructor {
  fromBase64(text: string): Uint8Array<ArrayBuffer>;
}

// The types of the library that is compiled against do not know them yet; browsers and Node do.
const constructor = Uint8Array as unknown as Base64ArrayConstructor;

/** @throws SyntaxError where the text is no base64 */
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => constructor.fromBase64(text);

export const toBase64 = (bytes: Uint8Array): string => (bytes as unknown as Base64Array).toBase64();
