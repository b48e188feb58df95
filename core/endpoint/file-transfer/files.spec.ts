import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LatchkeyError } from '#protocol/errors.ts';
import { fileRequests as requests, pieceBytes } from '#protocol/file-transfer.ts';
import { SessionLink } from '#core/testing/endpoint/session-link.ts';
import { noAccounts, temporaryAccount } from '#core/testing/endpoint/temporary-account.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import type { ComputerUser } from '../accounts/accounts.ts';
import { ownUser } from '../accounts/own-user.ts';
import { EndpointSessions } from '../sessions/endpoint-sessions.ts';
import { partialName } from './partial-name.ts';
import { pathToText, textToPath } from './path-text.ts';

const unix = process.platform !== 'win32';
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function open(own: ComputerUser = ownUser(), unfinishedFile?: string) {
  const accounts = { own: () => own, signIn: () => Promise.reject(new LatchkeyError('session.accountRefused')) };
  const options = { computer: 'here', accounts, accountNeeded: false, ...(unfinishedFile && { unfinishedFile }) };
  const link = await SessionLink.open(new EndpointSessions(options));
  const { session } = await link.start();
  const upload = async (folder: string, name: string, content: Buffer, replace = false) => {
    const size = content.length;
    const { transfer } = await link.hub.request(requests.write, { session, folder, name, size, replace });
    for (let offset = 0; offset < size; offset += pieceBytes) {
      const data = content.subarray(offset, offset + pieceBytes).toString('base64');
      await link.hub.request(requests.put, { session, transfer, offset, data });
    }
    return link.hub.request(requests.finish, { session, transfer });
  };
  const list = (path: string | null) => link.hub.request(requests.list, { session, path });
  const write = (folder: string, name: string, size: number, replace = false) =>
    link.hub.request(requests.write, { session, folder, name, size, replace });
  const put = (transfer: string, offset: number, content: Buffer) =>
    link.hub.request(requests.put, { session, transfer, offset, data: content.toString('base64') });
  const read = (path: string) => link.hub.request(requests.read, { session, path });
  const finish = (transfer: string) => link.hub.request(requests.finish, { session, transfer });
  const piece = async (transfer: string, offset: number) =>
    Buffer.from((await link.hub.request(requests.piece, { session, transfer, offset })).data, 'base64');
  return { link, session, upload, list, write, put, read, piece, finish };
}

describe('Files of a session (X1)', () => {
  it('reads a file in pieces, several at once, and goes on after a lost connection', async () => {
    const folder = temporaryFolder();
    const content = randomBytes(3 * pieceBytes + 1234);
    writeFileSync(join(folder, 'data.bin'), content);
    const { link, read, piece, finish } = await open();
    const { transfer, name, size } = await read(join(folder, 'data.bin'));
    assert.deepEqual([name, size], ['data.bin', content.length]);
    const first = await Promise.all([piece(transfer, 0), piece(transfer, pieceBytes)]);
    await link.cut();
    await link.connect();
    const rest = await Promise.all([piece(transfer, 2 * pieceBytes), piece(transfer, 3 * pieceBytes)]);
    assert.ok(Buffer.concat([...first, ...rest]).equals(content));
    assert.equal((await piece(transfer, content.length)).length, 0);
    await assert.rejects(piece(transfer, content.length + 1), failsWith('transfer.offset'));
    assert.deepEqual(await finish(transfer), { size, sha256: sha256(content) });
    // Asked again, because the answer got lost.
    assert.equal((await finish(transfer)).sha256, sha256(content));
    await assert.rejects(piece(transfer, 0), failsWith('transfer.notFound'));
  });

  it('writes a file that appears once it is whole, and goes on where it stopped', async () => {
    const folder = temporaryFolder();
    const content = randomBytes(2 * pieceBytes + 99);
    const { link, write, put, finish } = await open();
    const { transfer, path } = await write(folder, 'größe – 日本.bin', content.length);
    assert.equal(path, join(folder, 'größe – 日本.bin'));
    await put(transfer, 0, content.subarray(0, pieceBytes));
    assert.equal(existsSync(path), false);
    await link.cut();
    await link.connect();
    // Whoever does not know what arrived is told where to go on.
    await assert.rejects(put(transfer, 0, content.subarray(0, pieceBytes)), (error: LatchkeyError) => {
      assert.deepEqual(error.toData(), { code: 'transfer.offset', args: { offset: pieceBytes } });
      return true;
    });
    await assert.rejects(finish(transfer), failsWith('transfer.offset'));
    const two = content.subarray(pieceBytes, 2 * pieceBytes);
    await Promise.all([
      put(transfer, pieceBytes, two),
      put(transfer, 2 * pieceBytes, content.subarray(2 * pieceBytes)),
    ]);
    await assert.rejects(put(transfer, content.length, Buffer.from('more')), failsWith('transfer.changed'));
    // Asked again while it ends, and because the answer got lost: the same, and once.
    const whole = { size: content.length, sha256: sha256(content) };
    assert.deepEqual(await Promise.all([finish(transfer), finish(transfer)]), [whole, whole]);
    assert.deepEqual(await finish(transfer), whole);
    assert.ok(readFileSync(path).equals(content));
    assert.deepEqual(readdirSync(folder), ['größe – 日本.bin']);
    if (unix) assert.equal(statSync(path).mode & 0o777, 0o666 & ~process.umask());
  });

  it('replaces only where told to, and keeps who may do what with the file', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'script.sh');
    writeFileSync(file, 'old');
    chmodSync(file, 0o750);
    const { upload, write, put, finish } = await open();
    await assert.rejects(write(folder, 'script.sh', 3), failsWith('file.exists'));
    await upload(folder, 'script.sh', Buffer.from('new'), true);
    assert.equal(readFileSync(file, 'utf8'), 'new');
    if (unix) assert.equal(statSync(file).mode & 0o777, 0o750);
    // One that came meanwhile is not written over either.
    const { transfer } = await write(folder, 'late', 1);
    await put(transfer, 0, Buffer.from('x'));
    writeFileSync(join(folder, 'late'), 'theirs');
    await assert.rejects(finish(transfer), failsWith('file.exists'));
    assert.equal(readFileSync(join(folder, 'late'), 'utf8'), 'theirs');
    mkdirSync(join(folder, 'sub'));
    await assert.rejects(write(folder, 'sub', 1, true), failsWith('file.notAFile'));
    assert.deepEqual(readdirSync(folder).sort(), ['late', 'script.sh', 'sub']);
    await upload(folder, 'empty', Buffer.alloc(0));
    assert.equal(statSync(join(folder, 'empty')).size, 0);
  });

  it('a name leads nowhere else', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'in'));
    const { write } = await open();
    for (const name of ['../out', '..', '.', 'a/b', '/etc/x', 'a\0b', 'x'.repeat(200) + 'é'.repeat(28)])
      await assert.rejects(write(join(folder, 'in'), name, 1), failsWith('file.nameInvalid'));
    await assert.rejects(write('in', 'x', 1), failsWith('file.notFound'));
    await assert.rejects(write(join(folder, 'none'), 'x', 1), failsWith('file.notFound'));
    assert.deepEqual(readdirSync(folder), ['in']);
    assert.deepEqual(readdirSync(join(folder, 'in')), []);
  });

  it('links: listed as such, read through, replaced themselves', { skip: !unix }, async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'target'), 'content');
    symlinkSync('target', join(folder, 'link'));
    symlinkSync('nowhere', join(folder, 'broken'));
    symlinkSync('loop', join(folder, 'loop'));
    const { list, read, upload } = await open();
    const kinds = (await list(folder)).entries.map(({ name, kind }) => [name, kind]);
    assert.deepEqual(kinds, [
      ['broken', 'link'],
      ['link', 'link'],
      ['loop', 'link'],
      ['target', 'file'],
    ]);
    assert.equal((await read(join(folder, 'link'))).size, 7);
    await assert.rejects(read(join(folder, 'broken')), failsWith('file.notFound'));
    await assert.rejects(read(join(folder, 'loop')), failsWith('file.notFound'));
    await upload(folder, 'link', Buffer.from('new'), true);
    assert.equal(readFileSync(join(folder, 'target'), 'utf8'), 'content');
    assert.ok(lstatSync(join(folder, 'link')).isFile());
    await assert.rejects(upload(folder, 'broken', Buffer.from('x')), failsWith('file.exists'));
    assert.equal(readlinkSync(join(folder, 'broken')), 'nowhere');
  });

  it('refuses what is no file without touching it: a pipe, a device, a folder', { skip: !unix }, async () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const { read, write, list } = await open();
    for (const path of [join(folder, 'pipe'), '/dev/zero', folder])
      await assert.rejects(read(path), failsWith('file.notAFile'));
    await assert.rejects(write(folder, 'pipe', 1, true), failsWith('file.notAFile'));
    await assert.rejects(write('/dev/null', 'x', 1), failsWith('file.notAFolder'));
    await assert.rejects(list('/dev/null'), failsWith('file.notAFolder'));
    assert.equal((await list(folder)).entries[0]?.kind, 'other');
  });

  it('sees a file that changes while it is read, and lets a log grow', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'log');
    const content = randomBytes(pieceBytes + 10);
    writeFileSync(file, content);
    const { read, piece, finish } = await open();
    const growing = await read(file);
    await piece(growing.transfer, 0);
    appendFileSync(file, 'a line more');
    await piece(growing.transfer, pieceBytes);
    assert.deepEqual(await finish(growing.transfer), { size: content.length, sha256: sha256(content) });
    const changing = await read(file);
    await piece(changing.transfer, 0);
    writeFileSync(file, randomBytes(changing.size));
    await piece(changing.transfer, pieceBytes);
    await assert.rejects(finish(changing.transfer), failsWith('transfer.changed'));
    const shrinking = await read(file);
    truncateSync(file, 5);
    await assert.rejects(piece(shrinking.transfer, 0), failsWith('transfer.changed'));
  });

  it('lists folders first, in the order that people count, and says where there is more', async () => {
    const folder = temporaryFolder();
    for (const name of ['b10', 'b9', 'Ä', '日本語 🎉']) writeFileSync(join(folder, name), name);
    mkdirSync(join(folder, 'z'));
    const { list } = await open();
    const listing = await list(folder);
    assert.deepEqual(
      listing.entries.map(({ name }) => name),
      ['z', 'Ä', 'b9', 'b10', '日本語 🎉'],
    );
    assert.equal(listing.more, false);
    assert.equal(listing.parent, join(folder, '..'));
    assert.equal((await list('/')).parent, null);
    assert.equal((await list(null)).path, ownUser().home);
    assert.equal((await list('~')).path, ownUser().home);
    await assert.rejects(list(join(folder, 'none')), failsWith('file.notFound'));
    const huge = join(folder, 'huge');
    mkdirSync(huge);
    for (let n = 0; n < 6000; n++) writeFileSync(join(huge, `file-${n}`), '');
    const part = await list(huge);
    assert.deepEqual([part.entries.length, part.more], [5000, true]);
    assert.equal(part.entries[4999]?.name, 'file-4999');
  });

  it('names that are no text come back as the same bytes', { skip: process.platform !== 'linux' }, async () => {
    const folder = temporaryFolder();
    const odd = Buffer.from([0x61, 0xff, 0xc3, 0x62, 0xe2, 0x82]);
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), odd]), 'odd');
    const { list, read, upload } = await open();
    const [entry] = (await list(folder)).entries;
    const { transfer, size } = await read(join(folder, entry!.name));
    assert.ok(transfer);
    assert.equal(size, 3);
    await upload(folder, `${entry!.name}2`, Buffer.from('more'));
    const names = readdirSync(folder, { encoding: 'buffer' as never }) as unknown as Buffer[];
    assert.ok(names.some((name) => name.equals(Buffer.concat([odd, Buffer.from('2')]))));
    for (let round = 0; round < 2000; round++) {
      const bytes = randomBytes(1 + (round % 40)).map((byte) => byte || 1) as Buffer;
      assert.deepEqual(textToPath(pathToText(bytes)), bytes);
    }
    assert.equal(textToPath('\udcc3\udca9'), undefined);
    assert.equal(textToPath('\ud800'), undefined);
  });

  it('tells of a full disk, and leaves nothing there', { skip: noAccounts }, async () => {
    const folder = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
    try {
      const { write, put } = await open();
      await assert.rejects(write(folder, 'large', 5_000_000), failsWith('file.noSpace'));
      const { transfer } = await write(folder, 'grows', 900_000);
      writeFileSync(join(folder, 'other'), randomBytes(700_000));
      await put(transfer, 0, randomBytes(pieceBytes));
      await assert.rejects(put(transfer, pieceBytes, randomBytes(pieceBytes)), failsWith('file.noSpace'));
      await assert.rejects(put(transfer, pieceBytes, randomBytes(10)), failsWith('transfer.notFound'));
      assert.deepEqual(readdirSync(folder), ['other']);
    } finally {
      execFileSync('umount', ['--lazy', folder]);
    }
  });

  it('works with the rights of the account, its groups too, and no others (A9)', { skip: noAccounts }, async () => {
    const { name, home, uid } = temporaryAccount();
    const gid = Number(execFileSync('id', ['-g', name], { encoding: 'utf8' }));
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const group = Number(execFileSync('getent', ['group', `${name}g`], { encoding: 'utf8' }).split(':')[2]);
    mkdirSync(join(folder, 'group'));
    mkdirSync(join(folder, 'closed'), { mode: 0o700 });
    execFileSync('chown', [`0:${group}`, join(folder, 'group')]);
    chmodSync(join(folder, 'group'), 0o770);
    const { upload, list, read, write } = await open({ name, home, uid, gid, shell: '/bin/bash' });
    assert.equal((await list(null)).path, home);
    await upload(home, 'mine', Buffer.from('x'));
    const made = statSync(join(home, 'mine'));
    assert.deepEqual([made.uid, made.gid, made.mode & 0o777], [uid, gid, 0o644]);
    await upload(join(folder, 'group'), 'shared', Buffer.from('x'));
    await assert.rejects(read('/etc/shadow'), failsWith('file.notAllowed'));
    await assert.rejects(list('/root'), failsWith('file.notAllowed'));
    await assert.rejects(list(join(folder, 'closed')), failsWith('file.notAllowed'));
    await assert.rejects(write(join(folder, 'closed'), 'x', 1), failsWith('file.notAllowed'));
    await assert.rejects(write(folder, 'x', 1), failsWith('file.notAllowed'));
    const helper = helpers().find(({ user }) => user === uid);
    assert.match(helper?.status ?? '', new RegExp(`^Uid:\\s${uid}\\s${uid}\\s${uid}\\s${uid}$`, 'm'));
    assert.match(helper?.status ?? '', /^CapEff:\s0+$/m);
    const groups = /^Groups:\s*(.*?)\s*$/m
      .exec(helper?.status ?? '')?.[1]
      ?.split(' ')
      .map(Number);
    assert.deepEqual(groups?.sort(), [gid, group].sort());
  });

  it('leaves nothing half written when the session ends, or when the helper is killed', { skip: !unix }, async () => {
    const folder = temporaryFolder();
    const kept = join(temporaryFolder(), 'unfinished.json');
    const { link, session, write, put, list } = await open(ownUser(), kept);
    const before = helpers().map(({ pid }) => pid);
    const { transfer } = await write(folder, 'a', 10);
    const [helper] = helpers().filter(({ pid }) => !before.includes(pid));
    await put(transfer, 0, Buffer.from('x'));
    assert.equal(readdirSync(folder).length, 1);
    process.kill(helper!.pid, 'SIGKILL');
    await until(() => readdirSync(folder).length === 0);
    await assert.rejects(put(transfer, 1, Buffer.from('x')), failsWith('transfer.notFound'));
    assert.equal((await list(folder)).entries.length, 0);
    await write(folder, 'b', 10);
    await until(() => existsSync(kept) && readFileSync(kept, 'utf8').includes(folder));
    assert.equal(readdirSync(folder).length, 1);
    link.sessions.end(session);
    await until(() => readdirSync(folder).length === 0);
    await until(() => !readFileSync(kept, 'utf8').includes(folder));
  });

  it('clears away after a crash what was being written, and nothing else', async () => {
    const folder = temporaryFolder();
    const kept = join(temporaryFolder(), 'unfinished.json');
    const partial = join(folder, partialName('a'.repeat(16)));
    const precious = join(folder, 'precious');
    for (const file of [partial, precious]) writeFileSync(file, 'x');
    const user = ownUser();
    writeFileSync(kept, JSON.stringify({ files: [partial, precious].map((path) => ({ user, path })) }));
    const { link } = await open(user, kept);
    await until(() => !existsSync(partial));
    await link.close();
    assert.ok(existsSync(precious));
    assert.deepEqual(JSON.parse(readFileSync(kept, 'utf8')), { files: [] });
  });

  it('the customer is shown which files were fetched and sent', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), 'x');
    const { link, upload, read, finish } = await open();
    await finish((await read(join(folder, 'a'))).transfer);
    await upload(folder, 'b', Buffer.from('x'));
    let shown: unknown[] = [];
    link.sessions.activity$.subscribe((activity) => (shown = activity.map(({ what, detail }) => [what, detail])));
    assert.deepEqual(shown, [
      ['joined', ''],
      ['fileReceived', join(folder, 'a')],
      ['fileSent', join(folder, 'b')],
    ]);
  });
});

function helpers(): { pid: number; user: number; status: string }[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('file-helper-main.ts');
      } catch {
        return false;
      }
    })
    .map((pid) => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return { pid, user: Number(/^Uid:\s(\d+)/m.exec(status)?.[1]), status };
    });
}
