import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { failsWith } from '#core/testing/expect.ts';
import { onFullDisk } from '#core/testing/full-disk.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { auditRequests } from '#protocol/audit.ts';
import type { LatchkeyError } from '#protocol/errors.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests, type InstallerFormat } from '#protocol/installers.ts';
import type { HubOptions } from '../hub-options.ts';
import { packageFileName, runtimeCatalogue } from './runtimes/runtime-catalogue.ts';

/** Files below a folder, whatever is in it. */
const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
    : [];

describe('Installers that cannot be made', () => {
  describe('by a hub', () => {
    async function open(options: Partial<HubOptions>) {
      const hub = await startTestHub(options);
      const workbench = await hub.workbench();
      const { id: group } = await workbench.rpc.request(groupRequests.create, { name: 'Berlin' });
      const wanted = { group, name: null, limit: 10, expiresAt: null };
      const { installer } = await workbench.rpc.request(installerRequests.generate, wanted);
      return { hub, workbench, installer: installer.id };
    }
    type Opened = Awaited<ReturnType<typeof open>>;
    const prepare = ({ workbench: { rpc } }: Opened, installer: string, format: InstallerFormat) =>
      rpc.request(installerRequests.prepare, { installer, format }, { timeout: 60 });
    /** The same error for whoever asks for the file itself, and no word that it was handed out. */
    async function notHandedOut(opened: Opened, file: string, code: string): Promise<void> {
      const { hub, workbench, installer } = opened;
      const path = `${hub.url}/api/installers/${installer}/files/${file}`;
      const answer = await fetch(path, { headers: { cookie: await hub.signIn() } });
      assert.ok(answer.status >= 400);
      assert.equal(((await answer.json()) as { error: { code: string } }).error.code, code);
      await assertNoDownload(hub, workbench);
    }
    async function assertNoDownload(hub: TestHub, { rpc }: TestWorkbench): Promise<void> {
      const entries = await rpc.request(auditRequests.query, { limit: 20 });
      assert.ok(entries.every(({ action }) => action !== 'installer.download'));
      const left = [
        'installers/windows',
        'installers/msi',
        'installers/macos',
        'installers/runtimes',
        'installers/signed',
      ];
      assert.deepEqual(
        left.flatMap((folder) => filesBelow(join(hub.data, folder))),
        [],
      );
    }

    it('without a network and with no runtime kept: says which file to bring, and leaves none', async () => {
      const before_ = process.env['npm_config_registry'];
      process.env['npm_config_registry'] = 'http://127.0.0.1:1';
      try {
        const opened = await open({});
        for (const [format, target] of [
          ['exe', 'win-x64'],
          ['pkg', 'darwin-arm64'],
        ] as const) {
          const { name, version } = runtimeCatalogue[target];
          await assert.rejects(prepare(opened, opened.installer, format), (error: LatchkeyError) => {
            assert.equal(error.args['file'], `${packageFileName(name)}-${version}.tgz`);
            assert.match(String(error.args['url']), /^http:\/\/127\.0\.0\.1:1\//);
            return failsWith('installer.runtimeUnreachable')(error);
          });
        }
        await notHandedOut(opened, 'msi', 'installer.runtimeUnreachable');
      } finally {
        if (before_ === undefined) delete process.env['npm_config_registry'];
        else process.env['npm_config_registry'] = before_;
      }
    });

    it('from runtimes that are damaged: names the file, and leaves none', async () => {
      const runtimes = temporaryFolder();
      const files = (['win-x64', 'darwin-arm64'] as const).map((target) => {
        const { name, version } = runtimeCatalogue[target];
        const file = join(runtimes, `${packageFileName(name)}-${version}.tgz`);
        writeFileSync(file, randomBytes(100_000));
        return file;
      });
      const opened = await open({ runtimes });
      for (const [format, file] of [
        ['exe', files[0]],
        ['msi', files[0]],
        ['pkg', files[1]],
      ] as const)
        await assert.rejects(prepare(opened, opened.installer, format), (error: LatchkeyError) => {
          assert.equal(error.args['file'], file);
          return failsWith('installer.runtimeDamaged')(error);
        });
      await notHandedOut(opened, 'msi', 'installer.runtimeDamaged');
    });

    it('with a sign command that fails: says what it said, hands out nothing, and keeps nothing of it', async () => {
      const command = `sh -c 'echo "the key store is locked" >&2; exit 5' - {file}`;
      const opened = await open({ signing: { command, formats: ['msi'] } });
      // Small, and made without a runtime.
      const wanted = { installer: opened.installer, format: 'msi', test: true } as const;
      await assert.rejects(opened.workbench.rpc.request(installerRequests.prepare, wanted), (error: LatchkeyError) => {
        assert.match(String(error.args['reason']), /the key store is locked/);
        return failsWith('installer.signingFailed')(error);
      });
      await notHandedOut(opened, 'msi?test=1', 'installer.signingFailed');
    });
  });

  describe('on a full disk', () => {
    const folder = temporaryFolder();
    const page = join(folder, 'page');
    const input = join(folder, 'input');
    before(() => {
      mkdirSync(page);
      writeFileSync(join(page, 'index.html'), '<!doctype html>');
      // Random bytes do not get smaller.
      writeFileSync(input, randomBytes(3_000_000));
    });

    for (const make of ['msi', 'pkg', 'run', 'signed'] as const) {
      it(`says which folder is full, and leaves nothing half written (${make})`, () => {
        const target = join(temporaryFolder(), 'below');
        const order = { make, folder: target, input, page };
        assert.deepEqual(onFullDisk(20_000, order), { code: null, args: {} }, 'where there is room it is made');
        const full = join(temporaryFolder(), 'below');
        const { code, args } = onFullDisk(1000, { ...order, folder: full });
        assert.equal(code, 'file.unwritable');
        assert.ok(String(args['file']).startsWith(full), String(args['file']));
        assert.match(String(args['reason']), /EFBIG|ENOSPC/);
        assert.deepEqual(filesBelow(full), []);
      });
    }
  });
});
