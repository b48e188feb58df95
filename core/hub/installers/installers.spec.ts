import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it, mock } from 'node:test';
import { failsWith } from '#core/testing/expect.ts';
import { version } from '#core/base/version.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerLimit, installerRequests } from '#protocol/installers.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { propertiesOf } from './formats/windows/msi/check-package.ts';
import { readPackage } from './formats/windows/msi/read-package.ts';
import { slug } from './installer-file-service.ts';
import { Runtimes } from './runtimes/runtimes.ts';
import { WindowsProgramMaker } from './windows-program-maker.ts';

const password = 'a long enough password';

describe('Installers', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let group: string;
  let other: string;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
    group = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
    other = (await admin.rpc.request(groupRequests.create, { name: 'Hamburg' })).id;
    // What is in a file and weighs 90 MB is small here: nothing that is asked of it depends on that.
    const file = join(hub.data, 'stand-in');
    writeFileSync(file, randomBytes(100_001));
    mock.method(hub.get(WindowsProgramMaker), 'file', () => Promise.resolve(file));
    const runtime = { file, files: [file, file], version: '0.0.0', sha512: '' };
    mock.method(hub.get(Runtimes), 'get', () => Promise.resolve(runtime));
  });
  const generate = (workbench: TestWorkbench, into: string) =>
    workbench.rpc.request(installerRequests.generate, { group: into, name: null, limit: 10, expiresAt: null });
  let made = 0;
  async function newTechnician(groups: string[]) {
    const email = `technician${++made}@example.com`;
    const account = { email, name: 'T', role: 'technician' as const, groups, password };
    const { id } = await admin.rpc.request(accountRequests.create, account);
    const cookie = await hub.signIn(email, password);
    return { id, cookie, workbench: await hub.workbench({ cookie }) };
  }
  const download = (path: string, cookie?: string): Promise<Response> =>
    fetch(`${hub.url}${path}`, { headers: cookie ? { cookie } : {} });
  const codeOf = async (answer: Response): Promise<string> =>
    ((await answer.json()) as { error: { code: string } }).error.code;

  it('I1: makes installers for assigned groups alone, and shows no others', async () => {
    const { workbench } = await newTechnician([group]);
    const { installer } = await generate(workbench, group);
    await assert.rejects(generate(workbench, other), failsWith('permission.groupNotAssigned'));
    const hidden = await generate(admin, other);
    const listed = await workbench.rpc.request(installerRequests.list, {});
    assert.ok(listed.some(({ id }) => id === installer.id));
    assert.ok(listed.every((each) => each.group === group));
    const wanted = { installer: hidden.installer.id };
    await assert.rejects(workbench.rpc.request(installerRequests.revoke, wanted), failsWith('installer.notFound'));
    await assert.rejects(workbench.rpc.request(installerRequests.ledger, wanted), failsWith('installer.notFound'));
    const prepare = workbench.rpc.request(installerRequests.prepare, { ...wanted, format: 'run' });
    await assert.rejects(prepare, failsWith('installer.notFound'));
  });

  it('I2: has a limit of 5,000 at the most, and no expiry in the past', async () => {
    const { installer } = await admin.rpc.request(installerRequests.generate, { group } as never);
    assert.equal(installer.limit, installerLimit);
    const more = { group, name: null, limit: installerLimit + 1, expiresAt: null };
    await assert.rejects(admin.rpc.request(installerRequests.generate, more), failsWith('rpc.invalidParams'));
    const past = { group, name: null, limit: 1, expiresAt: Date.now() - 1 };
    await assert.rejects(admin.rpc.request(installerRequests.generate, past), failsWith('rpc.invalidParams'));
  });

  it('stores nothing of a token that would let a thief of the database join', async () => {
    const { token } = await generate(admin, group);
    const proof = token.split('.')[2]!;
    for (const name of readdirSync(hub.data)) {
      if (!name.startsWith('latchkey.db')) continue;
      assert.equal(readFileSync(join(hub.data, name)).includes(proof), false, `the proof is in ${name}`);
    }
  });

  it('I3: offers the formats it can make and says why it cannot make the others', async () => {
    const formats = await admin.rpc.request(installerRequests.formats, {});
    assert.deepEqual(
      formats.filter(({ available }) => available).map(({ format }) => format),
      ['exe', 'msi', 'pkg', 'deb', 'run'],
    );
    assert.ok(formats.filter(({ available }) => !available).every(({ reason }) => reason !== undefined));
    assert.deepEqual(
      formats.filter(({ test }) => test).map(({ format }) => format),
      ['msi'],
    );
  });

  it('D4 D12: hands out a test MSI that holds no token, to whoever may have the real one', async () => {
    const { id, cookie, workbench } = await newTechnician([group]);
    const { installer, token } = await generate(workbench, group);
    const wanted = { installer: installer.id, format: 'msi', test: true } as const;
    const file = await workbench.rpc.request(installerRequests.prepare, wanted);
    assert.equal(file.test, true);
    assert.match(file.fileName, /^latchkey-endpoint-test_Berlin_[\d.]+_x64\.msi$/);
    const answer = await download(file.path, cookie);
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.equal(createHash('sha256').update(bytes).digest('hex'), file.sha256);
    assert.equal(bytes.includes('lk1.') || bytes.includes(token), false);
    assert.deepEqual(propertiesOf(readPackage(bytes))['ProductName'], 'Latchkey Endpoint Test');
    const manifest = await download(`/api/installers/${installer.id}/files/msi/manifest?test=1`, cookie);
    assert.deepEqual(await manifest.json(), file);
    await assert.rejects(
      workbench.rpc.request(installerRequests.prepare, { ...wanted, format: 'deb' }),
      failsWith('installer.formatUnavailable'),
    );
    await admin.rpc.request(permissionRequests.set, {
      technician: id,
      permission: 'method.endpointInstaller',
      allowed: false,
    });
    await assert.rejects(workbench.rpc.request(installerRequests.prepare, wanted), failsWith('permission.switchedOff'));
    assert.equal(await codeOf(await download(file.path, cookie)), 'permission.switchedOff');
  });

  it('I3: the file that is fetched is the one that was announced, to the byte, and so says its manifest', async () => {
    const cookie = await hub.signIn();
    const { installer, token } = await generate(admin, group);
    const progress: number[] = [];
    for (const [format, type] of [
      ['exe', 'application/vnd.microsoft.portable-executable'],
      ['msi', 'application/x-msi'],
      ['pkg', 'application/vnd.apple.installer+xml'],
      ['run', 'application/x-sh'],
      ['deb', 'application/vnd.debian.binary-package'],
    ] as const) {
      const file = await admin.rpc.request(
        installerRequests.prepare,
        { installer: installer.id, format },
        { timeout: 120, onProgress: ({ fraction }) => progress.push(fraction ?? -1) },
      );
      const answer = await download(file.path, cookie);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-type'), type);
      assert.equal(answer.headers.get('content-length'), String(file.size));
      assert.match(file.fileName, new RegExp(`^latchkey-endpoint_Berlin_${version}_\\w+\\.${format}$`));
      assert.ok(answer.headers.get('content-disposition')?.includes(`"${file.fileName}"`));
      const bytes = Buffer.from(await answer.arrayBuffer());
      assert.equal(bytes.includes(token), true, 'another installer');
      const manifest = await download(`${file.path}/manifest`, cookie);
      const said = (await manifest.json()) as object;
      assert.deepEqual(said, {
        ...{ installer: installer.id, format, version, signed: false, test: false },
        ...{ fileName: file.fileName, path: file.path, size: bytes.length },
        sha256: createHash('sha256').update(bytes).digest('hex'),
      });
      assert.deepEqual(said, file);
      assert.equal((await download(`${file.path}/manifest`)).status, 401);
    }
    // None, where another test has compressed the same before.
    assert.ok(progress.every((each) => each >= 0 && each <= 1));
    const entries = await admin.rpc.request(auditRequests.query, { limit: 10 });
    const own = entries.filter(({ subject }) => subject?.id === installer.id);
    assert.equal(own.filter(({ action }) => action === 'installer.download').length, 5);
  });

  it('I6: switched off, nothing is generated, prepared or fetched, whichever of the two switches it was', async () => {
    const { id, cookie, workbench } = await newTechnician([group]);
    const { installer } = await generate(workbench, group);
    const path = `/api/installers/${installer.id}/files/run`;
    for (const permission of ['method.endpointInstaller', 'unattended'] as const) {
      await admin.rpc.request(permissionRequests.set, { technician: id, permission, allowed: false });
      await assert.rejects(generate(workbench, group), failsWith('permission.switchedOff'));
      const wanted = { installer: installer.id, format: 'run' as const };
      await assert.rejects(
        workbench.rpc.request(installerRequests.prepare, wanted),
        failsWith('permission.switchedOff'),
      );
      const answer = await download(path, cookie);
      assert.equal(answer.status, 403);
      assert.equal(await codeOf(answer), 'permission.switchedOff');
      await admin.rpc.request(permissionRequests.set, { technician: id, permission, allowed: null });
    }
  });

  it('hands files to technicians of the group alone, and none of a revoked installer', async () => {
    const { installer } = await generate(admin, other);
    const path = `/api/installers/${installer.id}/files/run`;
    assert.equal((await download(path)).status, 401);
    const { cookie } = await newTechnician([group]);
    assert.equal(await codeOf(await download(path, cookie)), 'installer.notFound');
    await admin.rpc.request(installerRequests.revoke, { installer: installer.id });
    assert.equal(await codeOf(await download(path, await hub.signIn())), 'installer.revoked');
  });
});

describe('slug', () => {
  it('makes any name safe in a file name', () => {
    assert.equal(slug('Büro Süd/1'), 'Buro-Sud-1');
    assert.equal(slug('../../etc/passwd'), 'etc-passwd');
    assert.equal(slug('東京'), 'group');
    assert.equal(slug('$(reboot)`x`"'), 'reboot-x');
  });
});
