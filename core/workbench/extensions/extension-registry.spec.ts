import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BehaviorSubject } from 'rxjs';
import { fingerprintOfExtensions } from '#core/base/extensions-fingerprint.ts';
import { offeredExtensions, type OfferedExtensions } from '#protocol/extensions.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { MemoryKeyValueStorage, WorkbenchStorage } from '../storage/workbench-storage.ts';
import { ExtensionRegistry } from './extension-registry.ts';

const offer = (...names: string[]): OfferedExtensions =>
  offeredExtensions.parse({
    extensions: names.map((name) => ({
      manifest: {
        name,
        publisher: 'acme',
        version: '1.0.0',
        displayName: name,
        main: 'extension.js',
        engines: { latchkey: '^0.1.0' },
      },
      messages: { en: {} },
      granted: [],
      bundle: `/extensions/${name}/0.js`,
      sha256: '0',
    })),
    problems: [],
  });

describe('The extensions that a workbench opens with', () => {
  function open(storage: WorkbenchStorage, offered: OfferedExtensions) {
    const asked: unknown[] = [];
    const connection = {
      status$: new BehaviorSubject({ state: 'offline' }),
      request: async (_: unknown, { known }: { known?: string }) => {
        asked.push(known);
        const same = known === fingerprintOfExtensions(offered);
        return same ? { extensions: [], problems: [], unchanged: true } : structuredClone(offered);
      },
    };
    const registry = new ExtensionRegistry(
      connection as unknown as Pick<HubConnection, 'request' | 'status$'>,
      storage,
      new LocalizationService(),
      { hasContainer: () => true, hasView: () => true, keyProblem: () => undefined },
    );
    registry.start();
    return { registry, asked, names: () => registry.current.extensions.map(({ name }) => name) };
  }

  it('are those of the last time, which the hub then only confirms', async () => {
    const storage = new WorkbenchStorage(new MemoryKeyValueStorage());
    const first = open(storage, offer('acme', 'other'));
    assert.deepEqual(first.names(), []);
    await first.registry.load();
    assert.deepEqual(first.asked, [undefined]);
    const again = open(storage, offer('acme', 'other'));
    assert.deepEqual(again.names(), ['acme', 'other']);
    let changes = 0;
    again.registry.set$.subscribe(() => changes++);
    await again.registry.load();
    assert.deepEqual(again.asked, [fingerprintOfExtensions(offer('acme', 'other'))]);
    assert.deepEqual(again.names(), ['acme', 'other']);
    assert.equal(changes, 1, 'They were put in place again.');
  });

  it('are replaced, and kept anew, where the hub offers others', async () => {
    const storage = new WorkbenchStorage(new MemoryKeyValueStorage());
    await open(storage, offer('acme')).registry.load();
    const changed = open(storage, offer('other'));
    await changed.registry.load();
    assert.deepEqual(changed.names(), ['other']);
    const after = open(storage, offer('other'));
    assert.deepEqual(after.names(), ['other']);
  });

  it('are asked for anew where what was kept cannot be read', async () => {
    const storage = new WorkbenchStorage(new MemoryKeyValueStorage());
    storage.set('extensions', { extensions: [{ manifest: {} }], problems: [] });
    const opened = open(storage, offer('acme'));
    assert.deepEqual(opened.names(), []);
    await opened.registry.load();
    assert.deepEqual(opened.asked, [undefined]);
    assert.deepEqual(opened.names(), ['acme']);
  });
});
