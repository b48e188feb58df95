/*
 * What Node.js 22 runs in place of a file where an executable carries it: a "single executable application", as
 * `node --experimental-sea-config` writes it (src/node_sea.cc of Node.js 22, SeaSerializer).
 */

/** Marks a blob. */
const magic = 0x0143da20;
/** No warning that this is experimental; assets follow. */
const flags = 0b1001;
/** `NODE_OPTIONS` is not obeyed: with an administrator's rights this program must not load what an account's settings name. */
const noOptionsFromOutside = 0;

/**
 * @param main a CommonJS program
 * @param assets files that the program reads by `node:sea`, by name
 */
export function seaBlob(main: Buffer, assets: ReadonlyMap<string, Buffer>): Buffer {
  const parts = [header(), ...sized(Buffer.from('latchkey-endpoint.cjs')), ...sized(main), size(assets.size)];
  for (const [name, content] of assets) parts.push(...sized(Buffer.from(name)), ...sized(content));
  return Buffer.concat(parts);
}

function header(): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(flags, 4);
  bytes.writeUInt8(noOptionsFromOutside, 8);
  return bytes;
}

function size(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

const sized = (content: Buffer): Buffer[] => [size(content.length), content];
