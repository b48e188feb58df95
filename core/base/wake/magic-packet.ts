/**
 * What wakes a sleeping computer: six bytes of 0xff, its hardware address sixteen times, and its SecureOn password where it
 * has one.
 * @param mac six bytes in hexadecimal, with colons; `password` the same
 */
export function magicPacket(mac: string, password: string | null = null): Buffer {
  const address = bytes(mac);
  return Buffer.concat([
    Buffer.alloc(6, 0xff),
    ...Array.from({ length: 16 }, () => address),
    ...(password === null ? [] : [bytes(password)]),
  ]);
}

const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(':', ''), 'hex');
