import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A file of an archive: its bytes, or where they come from. */
export type ArchiveFile =
  | { readonly path: string; readonly content: Buffer }
  | { readonly path: string; readonly size: number; readonly open: () => Promise<Readable> };

const readable = 0o100644;

/**
 * An archive that is put together while it is read: of large files nothing is held in memory, and none is opened before its
 * turn. Nothing is compressed, for what is large in it is already; so its size is known before.
 * @param at of all files in it, milliseconds since 1970, so that the same files make the same archive
 */
export function zipStream(files: readonly ArchiveFile[], at: number): Readable {
  const zip = zipOf(files, at);
  zip.end();
  return zip.outputStream as Readable;
}

/** How many bytes `zipStream` gives of these files; none of them is opened. */
export function zipSize(files: readonly ArchiveFile[], at: number): Promise<number> {
  const never = (): Promise<Readable> => new Promise<Readable>(() => {});
  const zip = zipOf(
    files.map((file) => ('content' in file ? file : { ...file, open: never })),
    at,
  );
  // Its types lack what it is called with.
  const end = zip.end.bind(zip) as (options: object, done: (size: number) => void) => void;
  return new Promise((resolve) => end({}, resolve));
}

function zipOf(files: readonly ArchiveFile[], at: number): ZipFile {
  const zip = new ZipFile();
  const stream = zip.outputStream as Readable;
  zip.on('error', (error: Error) => stream.destroy(error));
  const options = { mtime: new Date(at), mode: readable, compress: false };
  for (const file of files) {
    if ('content' in file) {
      zip.addBuffer(file.content, file.path, options);
      continue;
    }
    zip.addReadStreamLazy(file.path, { ...options, size: file.size }, (given) => {
      file.open().then(
        (content) => {
          if (stream.destroyed) return content.destroy();
          stream.once('close', () => content.destroy());
          content.once('error', (error) => stream.destroy(error));
          return given(null, content);
        },
        (error: unknown) => given(error, undefined as never),
      );
    });
  }
  return zip;
}
