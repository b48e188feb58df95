import type { DownloadSink } from '#core/workbench/sessions/download.ts';
import type { UploadSource } from '#core/workbench/sessions/upload.ts';

/** A file that a person has chosen, read piece by piece. */
export const sourceOf = (file: File): UploadSource => ({
  name: file.name,
  size: file.size,
  read: async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
});

/** Bytes that are gathered before they are handed to the browser, which keeps large blobs on disk. */
const gathered = 8 * 1024 * 1024;

/** Has the browser save a file once it is whole. */
export async function savedByBrowser(name: string): Promise<DownloadSink> {
  let parts: Blob[] = [];
  let pending: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const flush = (): void => {
    parts.push(new Blob(pending));
    pending = [];
    bytes = 0;
  };
  return {
    async write(piece) {
      pending.push(piece);
      bytes += piece.length;
      if (bytes >= gathered) flush();
    },
    async close() {
      flush();
      save(name, new Blob(parts, { type: 'application/octet-stream' }));
      parts = [];
    },
    async abort() {
      parts = [];
      pending = [];
    },
  };
}

function save(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** What was dropped: the files, and the names of folders, which are not sent. */
export function droppedFiles(transfer: DataTransfer): { readonly files: File[]; readonly folders: string[] } {
  const files: File[] = [];
  const folders: string[] = [];
  for (const item of transfer.items) {
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    if (entry?.isDirectory) folders.push(entry.name);
    else if (file) files.push(file);
  }
  return { files, folders };
}
