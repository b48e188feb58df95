import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

/*
 * xar archives: https://github.com/apple-oss-distributions/xar (xar.h, and "xarformat" in its wiki). A header, a table of
 * contents in XML, and the heap: first the table's checksum, then the files.
 */

export interface XarFile {
  /** Parts by `/`; folders come about by themselves. */
  readonly path: string;
  /** Its bytes, or what is known of them where they are put behind by the caller: such a file has to be the last. */
  readonly content: Buffer | { readonly size: number; readonly sha1: string };
}

const headerLength = 28;
const checksumLength = 20;
const sha1Algorithm = 1;

/** The archive up to the bytes of its last file, where those are put behind by the caller, or all of it. */
export function xar(files: readonly XarFile[]): Buffer {
  let at = checksumLength;
  let id = 0;
  const heap: Buffer[] = [];
  const entry = ({ path, content }: XarFile): string => {
    const size = 'sha1' in content ? content.size : content.length;
    const sha1 = 'sha1' in content ? content.sha1 : createHash('sha1').update(content).digest('hex');
    if (!('sha1' in content)) heap.push(content);
    const offset = at;
    at += size;
    return (
      `<file id="${++id}"><name>${path.split('/').at(-1)}</name><type>file</type><mode>0644</mode><uid>0</uid><gid>0</gid>` +
      `<data><archived-checksum style="sha1">${sha1}</archived-checksum>` +
      `<extracted-checksum style="sha1">${sha1}</extracted-checksum>` +
      `<encoding style="application/octet-stream"/><size>${size}</size><offset>${offset}</offset><length>${size}</length>` +
      `</data></file>\n`
    );
  };
  const folders = new Map<string, string>();
  let listed = '';
  for (const file of files) {
    const [folder, name] = file.path.split('/');
    if (name === undefined) listed += entry(file);
    else folders.set(folder!, (folders.get(folder!) ?? '') + entry(file));
  }
  for (const [name, inside] of folders)
    listed += `<file id="${++id}"><name>${name}</name><type>directory</type><mode>0755</mode><uid>0</uid><gid>0</gid>\n${inside}</file>\n`;
  const toc = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<xar><toc>\n` +
      `<checksum style="sha1"><size>${checksumLength}</size><offset>0</offset></checksum>\n` +
      `<creation-time>2026-01-01T00:00:00</creation-time>\n${listed}</toc></xar>\n`,
  );
  // Not compressed: so its size does not depend on the checksums in it.
  const packed = deflateSync(toc, { level: 0 });
  const header = Buffer.alloc(headerLength);
  header.write('xar!');
  header.writeUInt16BE(headerLength, 4);
  header.writeUInt16BE(1, 6);
  header.writeBigUInt64BE(BigInt(packed.length), 8);
  header.writeBigUInt64BE(BigInt(toc.length), 16);
  header.writeUInt32BE(sha1Algorithm, 24);
  return Buffer.concat([header, packed, createHash('sha1').update(packed).digest(), ...heap]);
}
