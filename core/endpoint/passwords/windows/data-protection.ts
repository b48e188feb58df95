import { addressOf, bytesAt, must, windowsCall, type Pointer } from '../../windows/windows-api.ts';

/** CRYPTPROTECT_UI_FORBIDDEN and CRYPTPROTECT_LOCAL_MACHINE (dpapi.h). */
const flags = 0x1 | 0x4;

/**
 * Seals bytes with the computer's own key (DPAPI): they open on this computer alone, and for whoever also has `entropy`.
 */
export const protect = (content: Buffer, entropy: Buffer): Buffer => transform('CryptProtectData', content, entropy);

/** @throws WindowsError where it was sealed elsewhere, with other entropy, or is damaged */
export const unprotect = (sealed: Buffer, entropy: Buffer): Buffer => transform('CryptUnprotectData', sealed, entropy);

function transform(call: string, content: Buffer, entropy: Buffer): Buffer {
  const [input, salt, output] = [blobOf(content), blobOf(entropy), Buffer.alloc(16)];
  const run = windowsCall('crypt32', `int ${call}(void *, void *, void *, void *, void *, uint, void *)`);
  must(run(input, null, salt, null, null, flags, output), call);
  const address: Pointer = output.readBigUInt64LE(8);
  const length = output.readUInt32LE(0);
  const result = bytesAt(address, length);
  windowsCall('kernel32', 'void RtlZeroMemory(void *, size_t)')(address, length);
  windowsCall('kernel32', 'void *LocalFree(void *)')(address);
  return result;
}

/** DATA_BLOB: a length and an address. */
function blobOf(content: Buffer): Buffer {
  const blob = Buffer.alloc(16);
  blob.writeUInt32LE(content.length, 0);
  blob.writeBigUInt64LE(addressOf(content), 8);
  return blob;
}
