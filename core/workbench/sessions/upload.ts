import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { toBase64 } from '#core/base/base64.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { fileRequests, pieceBytes } from '#protocol/file-transfer.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { TransferWork } from './file-transfer.ts';
import { inOrder } from './pieces.ts';

/** A file here. */
export interface UploadSource {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

export interface UploadTarget {
  readonly session: string;
  readonly folder: string;
}

/** What to do about a file of that name which is there already. */
export type ConflictAnswer = 'replace' | 'keepBoth' | 'cancel';

/** Sends a file, piece after piece, and compares what has arrived with what was sent. */
export class Upload implements TransferWork {
  private readonly connection: HubConnection;
  private readonly target: UploadTarget;
  private readonly source: UploadSource;
  private readonly onConflict: (name: string) => Promise<ConflictAnswer>;
  private readonly hash = sha256.create();
  private hashed = 0;
  private name: string;
  private replace = false;
  private transfer: string | undefined;
  private sent = 0;

  constructor(
    connection: HubConnection,
    target: UploadTarget,
    source: UploadSource,
    onConflict: (name: string) => Promise<ConflictAnswer>,
  ) {
    this.connection = connection;
    this.target = target;
    this.source = source;
    this.name = source.name;
    this.onConflict = onConflict;
  }

  async run(progress: (transferred: number, size: number) => void, isCancelled: () => boolean): Promise<void> {
    this.transfer ??= await this.begin();
    await this.sendPieces(this.transfer, progress, isCancelled);
    if (isCancelled()) throw new LatchkeyError('rpc.cancelled');
    const { session } = this.target;
    const transfer = this.transfer;
    const written = await this.connection.request(fileRequests.finish, { session, transfer }, { timeout: 120 });
    const sha = bytesToHex(this.hash.digest());
    this.transfer = undefined;
    if (written.sha256 !== sha || written.size !== this.source.size) {
      throw new LatchkeyError('transfer.changed', { file: this.name });
    }
  }

  async abandon(): Promise<void> {
    const { transfer } = this;
    this.transfer = undefined;
    if (transfer) await this.connection.request(fileRequests.abandon, { session: this.target.session, transfer });
  }

  private async begin(): Promise<string> {
    for (let copy = 2; ;) {
      try {
        const { name, replace } = this;
        const wanted = { ...this.target, name, size: this.source.size, replace };
        return (await this.connection.request(fileRequests.write, wanted)).transfer;
      } catch (error) {
        if (!(error instanceof LatchkeyError) || error.code !== 'file.exists') throw error;
        // Whoever keeps both is asked once, however many there are.
        const answer = copy > 2 ? 'keepBoth' : await this.onConflict(this.name);
        if (answer === 'cancel') throw new LatchkeyError('rpc.cancelled');
        if (answer === 'replace') this.replace = true;
        else this.name = numbered(this.source.name, copy++);
      }
    }
  }

  private async sendPieces(
    transfer: string,
    progress: (transferred: number, size: number) => void,
    isCancelled: () => boolean,
  ): Promise<void> {
    const { size } = this.source;
    const { session } = this.target;
    const lengthAt = (offset: number): number => Math.min(pieceBytes, size - offset);
    progress(this.sent, size);
    for (;;) {
      try {
        // Read one after the other, because the hash needs them in order; sent several at once.
        let reading: Promise<unknown> = Promise.resolve();
        await inOrder(
          { from: this.sent, size, lengthAt },
          (offset) => {
            const read = reading.then(() => this.read(offset, lengthAt(offset), isCancelled));
            reading = read.catch(() => {});
            return read.then((bytes) =>
              this.connection.request(fileRequests.put, { session, transfer, offset, data: toBase64(bytes) }),
            );
          },
          (offset) => {
            this.sent = offset + lengthAt(offset);
            progress(this.sent, size);
          },
        );
        return;
      } catch (error) {
        // An answer was lost on the way: the computer has more than is known here.
        const has =
          error instanceof LatchkeyError && error.code === 'transfer.offset' ? Number(error.args.offset) : NaN;
        if (!(has > this.sent && has <= size)) throw error;
        this.sent = has;
      }
    }
  }

  private async read(offset: number, length: number, isCancelled: () => boolean): Promise<Uint8Array> {
    if (isCancelled()) throw new LatchkeyError('rpc.cancelled');
    const bytes = await this.source.read(offset, length);
    if (bytes.length !== length) throw new LatchkeyError('transfer.changed', { file: this.source.name });
    if (offset + length > this.hashed) {
      this.hash.update(bytes.subarray(this.hashed - offset));
      this.hashed = offset + length;
    }
    return bytes;
  }
}

/** `report (2).txt` */
function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
}
