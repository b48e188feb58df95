import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { finished } from 'node:stream';
import { before, describe, it } from 'node:test';
import { failsWith, until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { PieceStream, type Piece } from './piece-stream.ts';

const sumOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('Pieces as one stream', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'payload');
  const payload = randomBytes(20_000_001);
  const [head, tail] = [Buffer.from('head'), Buffer.from('the tail')];
  const pieces: Piece[] = [head, { file }, Buffer.alloc(0), tail];
  const whole = Buffer.concat([head, payload, tail]);
  let url: string;
  let last: PieceStream;
  const open = async (): Promise<PieceStream> => (last = await PieceStream.open(pieces));

  before(async () => {
    writeFileSync(file, payload);
    const server = createServer((_, response: ServerResponse) => {
      void open().then((content) => {
        response.setHeader('content-length', whole.length);
        // As fastify sends a stream.
        finished(response, () => content.destroy());
        content.on('error', () => {});
        content.pipe(response);
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    whenDone(() => {
      server.closeAllConnections();
      server.close();
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  const ask = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => request(url, resolve).once('error', reject).end());
  const openFiles = (): number =>
    readdirSync('/proc/self/fd').filter((name) => {
      try {
        return readlinkSync(`/proc/self/fd/${name}`).startsWith(folder);
      } catch {
        return false; // closed meanwhile
      }
    }).length;

  it('gives every byte in order, as a stream and poured into a response', async () => {
    assert.ok(Buffer.concat(await (await open()).toArray()).equals(whole));
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => Buffer.concat(await (await ask()).toArray())),
    );
    for (const answer of answers) assert.equal(sumOf(answer), sumOf(whole));
  });

  it('whoever reads slowly gets what was sent, not what came later into the same buffer', async () => {
    const answer = await ask();
    const received: Buffer[] = [];
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      received.push(chunk);
      if (received.length % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    assert.equal(sumOf(Buffer.concat(received)), sumOf(whole));
  });

  it('closes its files when it was read, and when whoever fetches it hangs up', async () => {
    await (await ask()).toArray();
    await until(() => last.closed && openFiles() === 0);
    const answer = await ask();
    await new Promise((resolve) => answer.once('readable', resolve));
    answer.destroy();
    await until(() => last.closed && openFiles() === 0);
    assert.equal(last.readableEnded, false);
  });

  it('can be read to its end though the file is removed, and says which one is not there', async () => {
    const other = join(folder, 'other');
    writeFileSync(other, payload);
    const content = await PieceStream.open([{ file: other }]);
    unlinkSync(other);
    assert.ok(Buffer.concat(await content.toArray()).equals(payload));
    const missing = PieceStream.open([head, { file }, { file: other }]);
    await assert.rejects(missing, (error: { args: { file: string } }) => {
      assert.equal(error.args.file, other);
      return failsWith('file.unreadable')(error);
    });
    await until(() => openFiles() === 0);
  });
});
