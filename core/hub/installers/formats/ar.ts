/*
 * The Unix archive format as dpkg reads it: https://manpages.debian.org/bookworm/dpkg-dev/deb.5.en.html and `ar(5)`. A
 * global magic, then members, each a header of 60 ASCII bytes and its data, padded to an even length.
 */

export const arMagic = Buffer.from('!<arch>\n', 'latin1');

/**
 * The header of one member.
 * @param size bytes of its data
 * @param modified seconds since 1970
 */
export function arHeader(name: string, size: number, modified: number): Buffer {
  const header =
    name.padEnd(16) +
    String(modified).padEnd(12) +
    '0'.padEnd(6) + // owner
    '0'.padEnd(6) + // group
    '100644'.padEnd(8) +
    String(size).padEnd(10) +
    '`\n';
  if (header.length !== 60) throw new RangeError(`ar: member "${name}" of ${size} bytes does not fit its header`);
  return Buffer.from(header, 'latin1');
}

/** What stands between a member's data and the next member. */
export const arPadding = (size: number): Buffer => Buffer.from(size % 2 ? '\n' : '', 'latin1');

/** One whole member. */
export function arMember(name: string, data: Buffer, modified: number): Buffer {
  return Buffer.concat([arHeader(name, data.length, modified), data, arPadding(data.length)]);
}
