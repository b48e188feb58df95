import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { hashFile } from '../hash-file.ts';
import type { InstallerComposer } from '../installer-composer.ts';
import type { PayloadWatcher } from '../payload-cache.ts';
import { PieceStream, type Piece } from '../piece-stream.ts';
import { zipAround } from './zip-around.ts';

/** A ZIP, not yet read. */
export interface ZippedArtefact {
  /** Bytes. */
  readonly size: number;
  open(): Promise<Readable>;
}

/** Puts files into a ZIP of their own each. What is alike in all of them is read once for the checksum. */
export class ZippedComposer {
  private readonly composer: Pick<InstallerComposer, 'compose'>;
  private known: { readonly pieces: readonly Piece[]; readonly checksum: Promise<number> } | undefined;

  constructor(composer: Pick<InstallerComposer, 'compose'>) {
    this.composer = composer;
  }

  /**
   * @param config of the file in it
   * @param name of the file in it; it can be run
   * @throws LatchkeyError as `InstallerComposer.compose`
   */
  async compose(config: string, name: string, watcher: PayloadWatcher = {}): Promise<ZippedArtefact> {
    const { size, pieces } = await this.composer.compose(config, watcher);
    const [same, own] = [pieces.slice(0, -1), pieces.at(-1) as Buffer];
    const checksum = crc32(own, await this.checksumOf(same));
    const { before, after } = zipAround({ name, mode: 0o755, size, crc32: checksum });
    return {
      size: before.length + size + after.length,
      open: () => PieceStream.open([before, ...pieces, after]),
    };
  }

  private checksumOf(pieces: readonly Piece[]): Promise<number> {
    const { known } = this;
    if (known && pieces.length === known.pieces.length && pieces.every((piece, at) => isSame(piece, known.pieces[at])))
      return known.checksum;
    const checksum = read(pieces);
    this.known = { pieces, checksum };
    checksum.catch(() => {
      if (this.known?.checksum === checksum) this.known = undefined;
    });
    return checksum;
  }
}

/** As the composer gives them: a layout's buffers are made once. */
const isSame = (one: Piece, other: Piece | undefined): boolean =>
  one === other || (!Buffer.isBuffer(one) && !!other && !Buffer.isBuffer(other) && one.file === other.file);

async function read(pieces: readonly Piece[]): Promise<number> {
  const sum = {
    value: 0,
    update(bytes: Buffer) {
      this.value = crc32(bytes, this.value);
    },
  };
  for (const piece of pieces) {
    if (Buffer.isBuffer(piece)) sum.update(piece);
    else await hashFile(piece.file, sum);
  }
  return sum.value;
}
