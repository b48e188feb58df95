import { Readable, Transform } from 'node:stream';
import { pack, type Header } from 'tar-stream';

/** The date of everything packed: the same content gives the same bytes, whenever it is packed. */
export const packedAt = new Date('2026-01-01T00:00:00Z');

/** A tar archive ends in two empty blocks (POSIX.1-2001 ustar); archives that are to be continued go without. */
const endLength = 1024;
export const tarEnd = Buffer.alloc(endLength);

export interface TarEntry {
  /** Path below the root, without a slash before it. */
  readonly path: string;
  readonly mode: number;
  /** A directory where it is absent. */
  readonly content?: Buffer | string | { readonly size: number; readonly open: () => Readable };
}

function headerOf(entry: TarEntry, size: number): Header {
  return {
    name: `./${entry.path}`,
    mode: entry.mode,
    size,
    type: entry.content === undefined ? 'directory' : 'file',
    mtime: packedAt,
    uid: 0,
    gid: 0,
    uname: 'root',
    gname: 'root',
    linkname: '',
    devmajor: 0,
    devminor: 0,
  };
}

/** The entries as a tar archive without its end, so that another may be put behind it. */
export function openTar(entries: readonly TarEntry[]): Readable {
  const archive = pack();
  const add = async (): Promise<void> => {
    for (const entry of entries) {
      await new Promise<void>((resolve, reject) => {
        const done = (error?: Error | null): void => (error ? reject(error) : resolve());
        const { content } = entry;
        if (content === undefined || typeof content === 'string' || Buffer.isBuffer(content)) {
          const data = Buffer.from(content ?? '');
          archive.entry(headerOf(entry, data.length), data, done);
        } else {
          const source = content.open().once('error', reject);
          const sink = archive.entry(headerOf(entry, content.size), done);
          // What goes wrong with it comes out of `done`; nobody else listens.
          sink.on('error', () => {});
          sink.on('close', () => source.destroy());
          source.pipe(sink);
        }
      });
    }
    archive.finalize();
  };
  add().catch((error: Error) => archive.destroy(error));
  const cut = withoutEnd();
  archive.once('error', (error) => cut.destroy(error));
  cut.once('close', () => archive.destroy());
  return archive.pipe(cut);
}

/** Lets everything through but the archive's end. */
function withoutEnd(): Transform {
  let held = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const all = Buffer.concat([held, chunk]);
      const cut = Math.max(0, all.length - endLength);
      held = all.subarray(cut);
      done(null, all.subarray(0, cut));
    },
    flush(done) {
      done(held.equals(tarEnd) ? null : new Error('tar: the archive has no end'));
    },
  });
}

/** As `openTar`, for entries that are in memory. */
export async function openTarBuffer(entries: readonly TarEntry[]): Promise<Buffer> {
  return Buffer.concat(await openTar(entries).toArray());
}
