/** Where the workbench keeps small things on this machine. `localStorage` is one; values are text. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Keeps nothing beyond the process: for the command line and for tests. */
export class MemoryKeyValueStorage implements KeyValueStorage {
  private readonly values = new Map<string, string>();
  getItem(key: string): string | null {
    return this.values.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.values.set(key, value);
  }
  removeItem(key: string): void {
    this.values.delete(key);
  }
}

/** Small values of the workbench as JSON, kept on this machine: layout, open editors, what was used last. */
export class WorkbenchStorage {
  private readonly storage: KeyValueStorage;
  private readonly prefix: string;

  /** @param prefix keeps those apart that share a machine: a technician's identifier, or an extension's name */
  constructor(storage: KeyValueStorage, prefix = 'latchkey') {
    this.storage = storage;
    this.prefix = prefix;
  }

  /** undefined where nothing, or nothing readable, is stored. */
  get<T>(key: string): T | undefined {
    try {
      const text = this.storage.getItem(`${this.prefix}.${key}`);
      return text === null ? undefined : (JSON.parse(text) as T);
    } catch {
      return undefined;
    }
  }

  /** undefined removes the key. What the machine refuses to store (full, or switched off) is not kept. */
  set(key: string, value: unknown): void {
    try {
      if (value === undefined) this.storage.removeItem(`${this.prefix}.${key}`);
      else this.storage.setItem(`${this.prefix}.${key}`, JSON.stringify(value));
    } catch {
      // A convenience is lost, nothing else.
    }
  }
}
