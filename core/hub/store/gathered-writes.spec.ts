import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it, mock } from 'node:test';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { openStore } from './open-store.ts';
import type { Store } from './store.ts';

describe('Writes that may wait', () => {
  let store: Store;
  before(async () => (store = await openStore({ folder: temporaryFolder() })));
  after(() => store.close());
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  let done: string[];
  beforeEach(() => void (done = []));
  const write = (name: string, mayWait: boolean): Promise<void> =>
    store.write(async ({ afterCommit }) => afterCommit(() => done.push(name)), { mayWait });
  /** Whatever is to happen without a timer has happened. */
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  };

  it('are committed after a moment, together', async () => {
    const writes = [write('one', true), write('two', true)];
    await turns();
    assert.deepEqual(done, []);
    mock.timers.tick(20);
    await Promise.all(writes);
    assert.deepEqual(done, ['one', 'two']);
  });

  it('are committed with one that may not, which waits for nothing, in the order in which they came', async () => {
    const first = write('may wait', true);
    await turns();
    await Promise.all([write('may not', false), first]);
    assert.deepEqual(done, ['may wait', 'may not']);
    await write('alone', false);
    assert.equal(done.at(-1), 'alone');
  });

  it('wait no longer than until a commit is full', async () => {
    await Promise.all(Array.from({ length: 256 }, (_, index) => write(String(index), true)));
    assert.equal(done.length, 256);
  });

  it('are not lost where the store is closed meanwhile', async () => {
    const other = await openStore({ folder: temporaryFolder() });
    const waiting = other.write((tx) => tx.nextSeq(), { mayWait: true });
    await turns();
    await other.close();
    assert.equal(await waiting, 1);
  });
});
