import assert from 'node:assert/strict';
import { readdirSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { linuxPayloadCache, type LinuxPayload } from './linux-payload.ts';
import { PayloadPreparation } from './payload-preparation.ts';

describe('What the hub hands out is made ready', () => {
  const folder = temporaryFolder();
  const page = join(folder, 'page');
  mkdirSync(page);
  for (const name of ['node', 'endpoint.cjs', 'page/index.html']) writeFileSync(join(folder, name), name);
  const payload: LinuxPayload = {
    runtime: { file: join(folder, 'node'), platform: 'linux', architecture: 'x64' },
    endpoint: join(folder, 'endpoint.cjs'),
    page,
    version: '1.0.0',
  };
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const made = (at: string): string[] => readdirSync(at).filter((name) => name.endsWith('.tar.gz'));

  it('P1: before anybody asks for it; who asks then has it from the disk', async () => {
    const at = temporaryFolder();
    const cache = linuxPayloadCache(at, payload);
    const preparation = new PayloadPreparation(cache, payload, { after: 0, onError });
    preparation.start();
    await until(() => made(at).length === 1);
    await preparation.stop();
    const progress: number[] = [];
    await cache.get({ onProgress: (fraction) => void progress.push(fraction) });
    assert.deepEqual([progress, errors], [[], []]);
  });

  it('not where it is not wanted, nor once the hub stops, and a folder that cannot be written to is told', async () => {
    const at = temporaryFolder();
    const idle = new PayloadPreparation(linuxPayloadCache(at, payload), payload, { after: undefined, onError });
    idle.start();
    const stopped = new PayloadPreparation(linuxPayloadCache(at, payload), payload, { after: 0, onError });
    stopped.start();
    await stopped.stop();
    await idle.stop();
    assert.deepEqual([made(at), errors], [[], []]);
    const broken = new PayloadPreparation(linuxPayloadCache(join(folder, 'node', 'x'), payload), payload, {
      after: 0,
      onError,
    });
    broken.start();
    await until(() => errors.length === 1);
    await broken.stop();
    assert.match(String(errors[0]), /file\.unwritable/);
  });
});
