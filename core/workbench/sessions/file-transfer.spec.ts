import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { expectCode } from '#core/testing/workbench/expect-code.ts';
import { ScriptedComputer, testSession, testSessionId } from '#core/testing/workbench/scripted-computer.ts';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { makeTestWorkbench, until } from '#core/testing/workbench/test-workbench.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { pieceBytes } from '#protocol/file-transfer.ts';
import type { DownloadSink } from './download.ts';
import { FileService } from './file-service.ts';
import { SessionService } from './session-service.ts';
import type { UploadSource } from './upload.ts';

const target = { session: testSessionId, folder: '/home/tess' };
const source = (name: string, bytes: Uint8Array): UploadSource => ({
  name,
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

async function setUp() {
  const hub = new ScriptedHub();
  const computer = new ScriptedComputer(hub);
  computer.sessions.set(testSessionId, testSession());
  const { get, goOnline } = await makeTestWorkbench({ hub, connection: { backOff: () => 5 } });
  await goOnline();
  const sessions = get(SessionService);
  await until(sessions.known$, Boolean);
  await sessions.join(testSessionId);
  const parts: Uint8Array[] = [];
  const happened: string[] = [];
  const sink: DownloadSink = {
    write: async (bytes) => void parts.push(bytes),
    close: async () => void happened.push('closed'),
    abort: async () => void happened.push('aborted'),
  };
  return { hub, computer, files: get(FileService), parts, happened, makeSink: async () => sink };
}

const big = new Uint8Array(randomBytes(pieceBytes * 6 + 77));

describe('File transfer', () => {
  it('sends a file whole, with progress, and compares', async () => {
    const { computer, files } = await setUp();
    const transfer = files.upload(target, source('photo.jpg', big));
    const seen: number[] = [];
    transfer.state$.subscribe(({ transferred }) => seen.push(transferred));
    const { phase, transferred, error } = await transfer.over;
    assert.deepEqual([phase, transferred, error], ['done', big.length, undefined]);
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    );
    assert.ok(new Set(seen).size > 5);
    assert.deepEqual(computer.files.get('/home/tess/photo.jpg'), big);
    assert.equal(computer.openTransfers, 0);
  });

  it('sends many at once, a few at a time', async () => {
    const { computer, files } = await setUp();
    const small = (index: number): Uint8Array => new Uint8Array(1000).fill(index);
    const all = Array.from({ length: 40 }, (_, index) => files.upload(target, source(`f${index}`, small(index))));
    const phases = all.map(({ current }) => current.phase);
    assert.ok(phases.filter((phase) => phase === 'waiting').length > 30);
    const ends = await Promise.all(all.map(({ over }) => over));
    assert.ok(ends.every(({ phase }) => phase === 'done'));
    assert.equal(computer.files.size, 40);
    assert.deepEqual(new Uint8Array(computer.files.get('/home/tess/f39')!), small(39));
  });

  it('sends and fetches an empty file', async () => {
    const { computer, files, happened, makeSink } = await setUp();
    const nothing = new Uint8Array(0);
    assert.equal((await files.upload(target, source('empty', nothing)).over).phase, 'done');
    assert.equal(computer.files.get('/home/tess/empty')?.length, 0);
    assert.equal((await files.download(testSessionId, '/home/tess/empty', makeSink).over).phase, 'done');
    assert.deepEqual(happened, ['closed']);
  });

  it('goes on where it stopped when the connection is lost, either way', async () => {
    const { hub, computer, files, parts, makeSink } = await setUp();
    let breaks = 2;
    computer.onPiece = (offset) => {
      if (offset >= pieceBytes * breaks && breaks > 0) {
        breaks--;
        hub.hangUp();
      }
    };
    const sent = await files.upload(target, source('a', big)).over;
    assert.equal(sent.phase, 'done', String(sent.error));
    assert.deepEqual(computer.files.get('/home/tess/a'), big);
    assert.equal(hub.opened, 3);
    breaks = 2;
    assert.equal((await files.download(testSessionId, '/home/tess/a', makeSink).over).phase, 'done');
    assert.deepEqual(new Uint8Array(Buffer.concat(parts)), big);
  });

  it('fetches a file whole, and throws away what is not what the computer read', async () => {
    const { computer, files, parts, happened, makeSink } = await setUp();
    computer.files.set('/etc/hosts', big);
    assert.equal((await files.download(testSessionId, '/etc/hosts', makeSink).over).phase, 'done');
    assert.deepEqual(new Uint8Array(Buffer.concat(parts)), big);
    computer.onPiece = (offset) => {
      if (offset === pieceBytes * 2) big[offset + 5]! ^= 1;
      if (offset > pieceBytes * 5) big[pieceBytes * 2 + 5]! ^= 1;
    };
    const { phase, error } = await files.download(testSessionId, '/etc/hosts', makeSink).over;
    assert.equal(phase, 'failed');
    assert.ok(expectCode('transfer.changed')(error));
    assert.deepEqual(happened, ['closed', 'aborted']);
  });

  it('asks what to do about a file that is there, and does it', async () => {
    const { computer, files } = await setUp();
    const old = new Uint8Array([1]);
    const put = (bytes: number, answer: 'replace' | 'keepBoth' | 'cancel') =>
      files.upload(target, source('report.txt', new Uint8Array([bytes])), async () => answer).over;
    computer.files.set('/home/tess/report.txt', old);
    computer.files.set('/home/tess/report (2).txt', old);
    assert.equal((await put(2, 'cancel')).phase, 'cancelled');
    assert.equal((await put(3, 'keepBoth')).phase, 'done');
    assert.deepEqual([...(computer.files.get('/home/tess/report (3).txt') ?? [])], [3]);
    assert.deepEqual(computer.files.get('/home/tess/report.txt'), old);
    assert.equal((await put(4, 'replace')).phase, 'done');
    assert.deepEqual([...(computer.files.get('/home/tess/report.txt') ?? [])], [4]);
  });

  it('is cancelled on both sides, also while it waits for the connection', async () => {
    const { hub, computer, files, happened, makeSink } = await setUp();
    computer.files.set('/etc/hosts', big);
    computer.onPiece = () => transfer.cancel();
    let transfer = files.upload(target, source('b', big));
    assert.equal((await transfer.over).phase, 'cancelled');
    assert.equal(computer.files.has('/home/tess/b'), false);
    assert.equal(computer.openTransfers, 0);
    computer.onPiece = (offset) => {
      if (offset > 0) hub.hangUp();
      hub.refusal = new LatchkeyError('hub.unreachable', { url: '', reason: '' });
    };
    transfer = files.download(testSessionId, '/etc/hosts', makeSink);
    await until(transfer.state$, ({ phase, size }) => phase === 'waiting' && size !== undefined);
    transfer.cancel();
    assert.equal((await transfer.over).phase, 'cancelled');
    assert.deepEqual(happened, ['aborted']);
  });

  it('fails with the session, and stays in the list until it is cleared', async () => {
    const { computer, files } = await setUp();
    computer.onPiece = (offset) => {
      if (offset === 0) computer.change({ state: 'interrupted' });
      if (offset > 0) throw new LatchkeyError('session.interrupted');
    };
    const transfer = files.upload(target, source('c', big));
    await until(transfer.state$, ({ phase, transferred }) => phase === 'waiting' && transferred > 0);
    computer.change({ state: 'ended', end: 'connectionLost', endedAt: 1 });
    const { phase, error } = await transfer.over;
    assert.equal(phase, 'failed');
    assert.ok(expectCode('session.ended')(error));
    assert.equal(files.of(testSessionId).length, 1);
    files.clear(testSessionId);
    assert.equal(files.of(testSessionId).length, 0);
  });
});
