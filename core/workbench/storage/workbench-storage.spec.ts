import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryKeyValueStorage, WorkbenchStorage, type KeyValueStorage } from './workbench-storage.ts';

describe('What the workbench keeps on a machine', () => {
  it('is JSON under a prefix of its own', () => {
    const kept = new MemoryKeyValueStorage();
    const [one, two] = [new WorkbenchStorage(kept, 'one'), new WorkbenchStorage(kept, 'two')];
    one.set('layout', { panel: true });
    assert.deepEqual(new WorkbenchStorage(kept, 'one').get('layout'), { panel: true });
    assert.equal(two.get('layout'), undefined);
    one.set('layout', undefined);
    assert.equal(kept.getItem('one.layout'), null);
  });

  it('is done without where it is damaged, full or forbidden', () => {
    const kept = new MemoryKeyValueStorage();
    kept.setItem('latchkey.layout', '{"panel":');
    assert.equal(new WorkbenchStorage(kept).get('layout'), undefined);
    const forbidden = (): never => {
      throw new Error('QuotaExceededError');
    };
    const none: KeyValueStorage = { getItem: forbidden, setItem: forbidden, removeItem: forbidden };
    const storage = new WorkbenchStorage(none);
    storage.set('layout', 1);
    storage.set('layout', undefined);
    assert.equal(storage.get('layout'), undefined);
  });
});
