import type { KeyValueStorage } from './workbench-storage.ts';
import { LatchkeyError } from '#protocol/errors.ts';

/** The most characters that all values of one extension may take as JSON. */
export const extensionStorageLimit = 1024 * 1024;

/** The small store of each extension: one cannot see another's, nor one technician another technician's. */
export class ExtensionStorage {
  private readonly storage: KeyValueStorage;
  private readonly owner: () => string;

  /** @param owner the identifier of the technician who is signed in now */
  constructor(storage: KeyValueStorage, owner: () => string) {
    this.storage = storage;
    this.owner = owner;
  }

  async get(extension: string, key: string): Promise<unknown> {
    return this.read(extension).get(key);
  }

  /** @throws LatchkeyError `extension.failed` past `extensionStorageLimit` */
  async set(extension: string, key: string, value: unknown): Promise<void> {
    const values = this.read(extension);
    if (value === undefined || value === null) values.delete(key);
    else values.set(key, value);
    const text = JSON.stringify([...values]);
    if (text.length > extensionStorageLimit) {
      throw new LatchkeyError('extension.failed', {
        extension,
        message: `storage is limited to ${extensionStorageLimit} bytes`,
      });
    }
    this.storage.setItem(this.name(extension), text);
  }

  private name(extension: string): string {
    return `latchkey.extension.${this.owner()}.${extension}`;
  }

  private read(extension: string): Map<string, unknown> {
    try {
      return new Map(JSON.parse(this.storage.getItem(this.name(extension)) ?? '[]') as [string, unknown][]);
    } catch {
      return new Map();
    }
  }
}
