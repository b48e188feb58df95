import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createHash } from 'node:crypto';
import { accountParts } from '#core/endpoint/accounts/windows/account-name.ts';
import { readOverlay } from '#core/endpoint/program/overlay.ts';
import { quoteArgument } from '#core/endpoint/windows/run-elevated.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { padConfig } from '../format-layout.ts';
import { exeLayout } from './exe/exe-format.ts';
import { seaBlob } from './sea-blob.ts';

/** The head of a program of 64 bits, as far as anything here looks at it. */
function head(certificates?: { offset: number; size: number }): Buffer {
  const bytes = Buffer.alloc(1003, 7);
  bytes.fill(0, 0, 512);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(128, 60);
  bytes.write('PE\0\0', 128, 'latin1');
  bytes.writeUInt16LE(0x20b, 152);
  if (certificates) {
    bytes.writeUInt32LE(certificates.offset, 152 + 112 + 32);
    bytes.writeUInt32LE(certificates.size, 152 + 112 + 36);
  }
  return bytes;
}

describe('Windows program', () => {
  const folder = temporaryFolder();

  async function installer(config: string, certificates = 0): Promise<string> {
    const plain = head();
    const payload = { file: '', key: '', size: plain.length, files: [] };
    const layout = await exeLayout({ payload, version: '1.2.3', architecture: 'x64' });
    const behind = Buffer.concat([layout.afterPayload, layout.tail(padConfig(config), createHash('sha256'))]);
    const offset = plain.length + behind.length;
    assert.equal(offset % 8, 0, 'signing adds no padding');
    const file = join(folder, `${certificates}.exe`);
    writeFileSync(file, Buffer.concat([certificates ? head({ offset, size: certificates }) : plain, behind]));
    appendFileSync(file, Buffer.alloc(certificates, 0x30));
    return file;
  }

  it('I3 finds its configuration at its end', async () => {
    const overlay = await readOverlay(await installer('{"a":1}'));
    assert.equal(overlay?.config.trim(), '{"a":1}');
    assert.equal(overlay?.programSize, 1008);
  });

  it('I3 finds it in front of a signature’s certificates', async () => {
    assert.equal((await readOverlay(await installer('{"a":2}', 2048)))?.config.trim(), '{"a":2}');
  });

  it('carries none where nothing stands behind it', async () => {
    const file = join(folder, 'plain.exe');
    writeFileSync(file, head());
    assert.equal(await readOverlay(file), undefined);
  });

  it('is what Node.js 22 writes for the same program, but for obeying no options from outside', () => {
    // `node --experimental-sea-config` of Node.js 22.23.2.
    const written = Buffer.from(
      '20da430109000000011500000000000000' +
        Buffer.from('latchkey-endpoint.cjs').toString('hex') +
        '0100000000000000310100000000000000' +
        '0300000000000000' +
        Buffer.from('one').toString('hex') +
        '0400000000000000' +
        Buffer.from('AAA\n').toString('hex'),
      'hex',
    );
    const own = seaBlob(Buffer.from('1'), new Map([['one', Buffer.from('AAA\n')]]));
    written[8] = 0;
    assert.deepEqual(own, written);
  });

  it('A7 knows DOMAIN\\user, user@domain and an account of the computer', () => {
    assert.deepEqual(accountParts('CORP\\ann'), { user: 'ann', domain: 'CORP' });
    assert.deepEqual(accountParts('.\\ann'), { user: 'ann', domain: '.' });
    assert.deepEqual(accountParts('ann@corp.example'), { user: 'ann@corp.example', domain: null });
    assert.deepEqual(accountParts('ann'), { user: 'ann', domain: '.' });
  });

  it('P2 hands arguments on as they are', () => {
    assert.equal(quoteArgument('/S'), '/S');
    assert.equal(quoteArgument('a b'), '"a b"');
    assert.equal(quoteArgument('say "hi"\\'), '"say \\"hi\\"\\\\"');
    assert.equal(quoteArgument(''), '""');
  });
});
