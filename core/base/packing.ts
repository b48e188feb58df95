import { fromBase64, toBase64 } from './base64.ts';

/** A value as little text as can be: JSON, deflated, as base64. */
export async function pack(value: unknown): Promise<string> {
  return toBase64(await through(new CompressionStream('deflate-raw'), [JSON.stringify(value)]));
}

/** @throws Error where the text is not what `pack` makes */
export async function unpack(text: string): Promise<unknown> {
  const bytes = await through(new DecompressionStream('deflate-raw'), [fromBase64(text)]);
  return JSON.parse(new TextDecoder().decode(bytes));
}

const through = async (stream: CompressionStream | DecompressionStream, parts: BlobPart[]): Promise<Uint8Array> =>
  new Uint8Array(await new Response(new Blob(parts).stream().pipeThrough(stream)).arrayBuffer());
