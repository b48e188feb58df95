import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { withDescriptor } from './file-security.ts';
import { ownSid } from './token.ts';
import { lastError, windowsCall, WindowsError } from './windows-api.ts';

/** Of winbase.h. */
const duplex = 0x3;
const firstInstance = 0x8_0000;
const overlapped = 0x4000_0000;
const rejectRemote = 0x8;
const bufferBytes = 64 * 1024;

export interface PipeEnd {
  /** What another program is given; to be closed here once it has it. */
  readonly handle: bigint;
  /** The other end. */
  readonly stream: Socket;
}

export interface PipeEndOptions {
  /** Whoever has it may read and write at the same time: Node.js wants it so. Windows's own programs want it plain. */
  readonly overlapped: boolean;
  /** A program that is started may have it by its number. */
  readonly inherited: boolean;
}

/**
 * A pipe between this program's streams and a program that takes handles. Node.js makes no stream of a handle, but of a name: so
 * it has one, of chance, good for this account and for one connection, which is made before anybody else can know it.
 * @throws WindowsError
 */
export function openPipe(options: PipeEndOptions): PipeEnd {
  const name = `\\\\.\\pipe\\latchkey-${randomBytes(16).toString('hex')}`;
  const create = windowsCall('kernel32', 'void *CreateNamedPipeW(str16, uint, uint, uint, uint, uint, uint, void *)');
  const handle = withDescriptor(`D:P(A;;FA;;;${ownSid()})`, (descriptor) => {
    // SECURITY_ATTRIBUTES.
    const attributes = Buffer.alloc(24);
    attributes.writeUInt32LE(attributes.length, 0);
    attributes.writeBigUInt64LE(descriptor, 8);
    attributes.writeInt32LE(options.inherited ? 1 : 0, 16);
    const mode = duplex + firstInstance + (options.overlapped ? overlapped : 0);
    return create(name, mode, rejectRemote, 1, bufferBytes, bufferBytes, 0, attributes) as bigint | null;
  });
  if (!handle || BigInt.asIntN(64, handle) === -1n) throw new WindowsError('CreateNamedPipeW', lastError());
  const stream = connect(name);
  // Whoever reads or writes sees that it is closed.
  stream.on('error', () => stream.destroy());
  return { handle, stream };
}
