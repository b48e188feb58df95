import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { fromBase64 } from '#core/base/base64.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { fileRequests, pieceBytes } from '#protocol/file-transfer.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { TransferWork } from './file-transfer.ts';
import { inOrder } from './pieces.ts';

/** Where a file from the computer goes here. */
export interface DownloadSink {
  /** In order, the next one after this one has resolved. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** All is there and as it should be. */
  close(): Promise<void>;
  /** Throws away what was written. */
  abort(): Promise<void>;
}

/** Fetches a file, piece after piece, and compares what has arrived with what was read. */
export class Download implements TransferWork {
  private readonly connection: HubConnection;
  private readonly session: string;
  private readonly path: string;
  private readonly makeSink: (name: string, size: number) => Promise<DownloadSink>;
  private readonly hash = sha256.create();
  private begun: { readonly transfer: string; readonly name: string; readonly size: number } | undefined;
  private sink: DownloadSink | undefined;
  private received = 0;

  constructor(
    connection: HubConnection,
    session: string,
    path: string,
    makeSink: (name: string, size: number) => Promise<DownloadSink>,
  ) {
    this.connection = connection;
    this.session = session;
    this.path = path;
    this.makeSink = makeSink;
  }

  async run(progress: (transferred: number, size: number) => void, isCancelled: () => boolean): Promise<void> {
    const { session, path } = this;
    this.begun ??= await this.connection.request(fileRequests.read, { session, path });
    const { transfer, name, size } = this.begun;
    const sink = (this.sink ??= await this.makeSink(name, size));
    progress(this.received, size);
    const lengthAt = (offset: number): number => Math.min(pieceBytes, size - offset);
    await inOrder(
      { from: this.received, size, lengthAt },
      async (offset) => {
        if (isCancelled()) throw new LatchkeyError('rpc.cancelled');
        const { data } = await this.connection.request(fileRequests.piece, { session, transfer, offset });
        return fromBase64(data);
      },
      async (offset, bytes) => {
        // It became shorter while it was read.
        if (bytes.length !== lengthAt(offset)) throw new LatchkeyError('transfer.changed', { file: name });
        await sink.write(bytes);
        this.hash.update(bytes);
        this.received = offset + bytes.length;
        progress(this.received, size);
      },
    );
    if (isCancelled()) throw new LatchkeyError('rpc.cancelled');
    const read = await this.connection.request(fileRequests.finish, { session, transfer }, { timeout: 120 });
    if (read.sha256 !== bytesToHex(this.hash.digest())) throw new LatchkeyError('transfer.changed', { file: name });
    this.begun = undefined;
    this.sink = undefined;
    await sink.close();
  }

  async abandon(): Promise<void> {
    const { begun, sink, session } = this;
    this.begun = this.sink = undefined;
    await sink?.abort();
    if (begun) await this.connection.request(fileRequests.abandon, { session, transfer: begun.transfer });
  }
}
