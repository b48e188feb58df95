import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ExtensionStorage, extensionStorageLimit } from '../storage/extension-storage.ts';
import { MemoryKeyValueStorage, WorkbenchStorage } from '../storage/workbench-storage.ts';
import { defaultLayout, LayoutService } from './layout-service.ts';

describe('Layout', () => {
  it('is kept, within its limits', () => {
    const storage = new WorkbenchStorage(new MemoryKeyValueStorage());
    const layout = new LayoutService(storage);
    layout.update({ sideBarWidth: 5, activeContainer: 'devices' });
    layout.togglePanel();
    assert.deepEqual(new LayoutService(storage).current, {
      ...defaultLayout,
      sideBarWidth: 170,
      activeContainer: 'devices',
      panelVisible: true,
    });
  });

  it('is the default where what is stored makes no sense', () => {
    const storage = new WorkbenchStorage(new MemoryKeyValueStorage());
    storage.set('layout', { sideBarWidth: 'wide', sideBarVisible: 1, activeContainer: 7 });
    assert.deepEqual(new LayoutService(storage).current, defaultLayout);
  });

  it('hides the side bar by a second click in the activity bar', () => {
    const layout = new LayoutService(new WorkbenchStorage(new MemoryKeyValueStorage()));
    layout.toggleContainer('devices');
    assert.equal(layout.current.sideBarVisible, true);
    layout.toggleContainer('devices');
    assert.equal(layout.current.sideBarVisible, false);
    layout.toggleContainer('installers');
    assert.deepEqual([layout.current.sideBarVisible, layout.current.activeContainer], [true, 'installers']);
  });
});

describe('Storage', () => {
  it('keeps extensions and technicians apart, and is limited', async () => {
    let owner = 'tess';
    const storage = new ExtensionStorage(new MemoryKeyValueStorage(), () => owner);
    await storage.set('a', 'key', { x: 1 });
    assert.deepEqual(await storage.get('a', 'key'), { x: 1 });
    assert.equal(await storage.get('b', 'key'), undefined);
    owner = 'tom';
    assert.equal(await storage.get('a', 'key'), undefined);
    await assert.rejects(storage.set('a', 'big', 'x'.repeat(extensionStorageLimit)));
  });

  it('survives a machine that refuses', () => {
    const refuse = () => {
      throw new Error('quota');
    };
    const storage = new WorkbenchStorage({ getItem: refuse, setItem: refuse, removeItem: refuse });
    storage.set('a', 1);
    assert.equal(storage.get('a'), undefined);
  });
});
