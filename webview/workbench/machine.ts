import { IndexedDbReplicaStorage } from '#core/workbench/devices/indexed-db-replica-storage.ts';
import {
  MemoryKeyValueStorage,
  WorkbenchStorage,
  type KeyValueStorage,
} from '#core/workbench/storage/workbench-storage.ts';

/** Where a browser forbids storage, the workbench works and forgets. */
function browserStorage(): KeyValueStorage {
  try {
    localStorage.getItem('latchkey');
    return localStorage;
  } catch {
    return new MemoryKeyValueStorage();
  }
}

/** What this machine keeps of the workbench. */
export const keyValueStorage = browserStorage();
export const workbenchStorage = new WorkbenchStorage(keyValueStorage);
export const replicaStorage = new IndexedDbReplicaStorage();
