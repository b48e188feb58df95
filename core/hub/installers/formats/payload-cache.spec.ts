import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { failsWith, until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { PayloadCache } from './payload-cache.ts';

function inputs(size: number) {
  const folder = temporaryFolder();
  const source = join(folder, 'node');
  writeFileSync(source, randomBytes(size));
  const cacheFolder = join(folder, 'cache');
  const open = (at = cacheFolder) =>
    new PayloadCache(at, [{ path: 'opt/', mode: 0o755 }], [{ source, path: 'opt/node', mode: 0o755 }]);
  return { source, cacheFolder, open };
}

describe('Payload cache', () => {
  it('compresses once for callers at the same time and after, over a restart too', async () => {
    const { open, cacheFolder, source } = inputs(3_000_000);
    const cache = open();
    const reports: number[] = [];
    const onProgress = (fraction: number) => void reports.push(fraction);
    const [one, two] = await Promise.all([cache.get({ onProgress }), cache.get()]);
    assert.equal(one.file, two.file);
    assert.equal(reports.at(-1), 1);
    const afresh: number[] = [];
    assert.equal((await open().get({ onProgress: (fraction) => void afresh.push(fraction) })).file, one.file);
    assert.deepEqual(afresh, [], 'it was compressed again');
    assert.equal(readdirSync(cacheFolder).length, 1);
    assert.ok(gunzipSync(readFileSync(one.file)).includes(readFileSync(source)));
  });

  it('makes it anew where the input has changed or the kept file is damaged', async () => {
    const { open, cacheFolder, source } = inputs(10_000);
    const cache = open();
    const first = await cache.get();
    writeFileSync(source, 'another version');
    const second = await cache.get();
    assert.notEqual(second.file, first.file);
    assert.equal(readdirSync(cacheFolder).length, 1, 'the old one is still there');
    truncateSync(second.file, 10);
    const third = await open().get();
    assert.equal(third.size, second.size);
    assert.ok(gunzipSync(readFileSync(third.file)).includes('another version'));
  });

  it('stops when the last caller has given up, and leaves nothing', async () => {
    const { open, cacheFolder } = inputs(60_000_000);
    const cache = open();
    const [one, two] = [new AbortController(), new AbortController()];
    let begun = false;
    const first = cache.get({ signal: one.signal, onProgress: () => (begun = true) });
    const second = cache.get({ signal: two.signal });
    const outcomes = Promise.allSettled([first, second]);
    await until(() => begun);
    one.abort();
    await assert.rejects(first, failsWith('rpc.cancelled'));
    two.abort();
    await assert.rejects(second, failsWith('rpc.cancelled'));
    await outcomes;
    await until(() => readdirSync(cacheFolder).length === 0);
  });

  it('says which file it cannot read or write', async () => {
    const { open, source } = inputs(1000);
    await assert.rejects(open(join(source, 'below a file')).get(), failsWith('file.unwritable'));
    const missing = new PayloadCache(temporaryFolder(), [], [{ source: '/nowhere', path: 'x', mode: 0o644 }]);
    await assert.rejects(missing.get(), failsWith('file.unreadable'));
  });
});
