import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryKeyValueStorage, WorkbenchStorage } from '../storage/workbench-storage.ts';
import { EditorService } from './editor-service.ts';

const input = (id: string) => ({ kind: 'device', id, title: id });
const ids = (service: EditorService): string[] => service.openTabs.map(({ id, preview }) => (preview ? `${id}?` : id));

describe('Editors', () => {
  it('have one preview, which an open takes the place of', () => {
    const editors = new EditorService();
    editors.open(input('a'));
    editors.open(input('b'), { preview: true });
    editors.open(input('c'), { preview: true });
    assert.deepEqual(ids(editors), ['a', 'c?']);
    editors.pin('device:c');
    editors.open(input('d'), { preview: true });
    assert.deepEqual(ids(editors), ['a', 'c', 'd?']);
    editors.open(input('d'));
    assert.deepEqual(ids(editors), ['a', 'c', 'd']);
    editors.open(input('a'), { preview: true });
    assert.deepEqual(ids(editors), ['a', 'c', 'd'], 'what is kept stays kept');
  });

  it('open beside the active one, and close to the one used before', () => {
    const editors = new EditorService();
    for (const id of ['a', 'b', 'c']) editors.open(input(id));
    editors.activate('device:a');
    editors.open(input('d'));
    assert.deepEqual(ids(editors), ['a', 'd', 'b', 'c']);
    editors.close();
    assert.equal(editors.activeTab?.id, 'a');
    editors.close();
    assert.equal(editors.activeTab?.id, 'c');
    editors.activateNeighbour(1);
    assert.equal(editors.activeTab?.id, 'b');
    editors.reopenClosed();
    assert.equal(editors.activeTab?.id, 'a');
    editors.move('device:a', 'device:b');
    assert.deepEqual(ids(editors), ['a', 'b', 'c']);
    editors.closeOthers('device:c');
    assert.deepEqual(ids(editors), ['c']);
  });

  it('are there again after a reload, but for what is transient', () => {
    const storage = new WorkbenchStorage(new MemoryKeyValueStorage());
    const before = new EditorService(storage);
    before.open({ ...input('a'), data: { x: 1 } });
    before.open(input('b'));
    before.open({ ...input('page'), transient: true });
    before.activate('device:a');
    const after = new EditorService(storage);
    after.restore();
    assert.deepEqual(ids(after), ['a', 'b']);
    assert.deepEqual(after.activeTab?.data, { x: 1 });
  });

  it('say whether what is updated is open', () => {
    const editors = new EditorService();
    editors.open(input('a'), { preview: true });
    assert.equal(editors.update('device:a', { title: 'A', dirty: true }), true);
    assert.deepEqual([editors.activeTab?.title, editors.activeTab?.preview], ['A', false]);
    assert.equal(editors.update('device:x', { title: 'X' }), false);
  });
});
