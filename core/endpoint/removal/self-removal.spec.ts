import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import type { LatchkeyError } from '#protocol/errors.ts';
import { DataFolder } from '../data-folder/data-folder.ts';
import { findInstallation, type Installation } from '../service/installation.ts';
import { isBeingRemoved } from './removal-file.ts';
import { SelfRemoval, type RemovalStep } from './self-removal.ts';

const unit = '/etc/systemd/system/latchkey-endpoint.service';
const command = '/usr/local/bin/latchkey-endpoint';

describe('An endpoint that removes itself', () => {
  let root: string;
  let folder: DataFolder;
  let reports: string[];
  beforeEach(() => {
    root = temporaryFolder();
    folder = new DataFolder(join(root, 'var/lib/latchkey-endpoint'));
    reports = [];
    put('/opt/latchkey-endpoint/install.json', { format: 'run', version: '1.0.0', files: [command, unit], root });
    for (const name of ['latchkey-endpoint.cjs', 'node', 'consent/index.html']) put(`/opt/latchkey-endpoint/${name}`);
    for (const file of [command, unit]) put(file);
    for (const name of ['identity.json', 'enrolment.json', 'password.json', 'access.json', 'lock', 'endpoint.log']) {
      put(`/var/lib/latchkey-endpoint/${name}`);
    }
  });
  const at = (file: string): string => join(root, file);
  function put(file: string, content: unknown = ''): void {
    mkdirSync(dirname(at(file)), { recursive: true });
    writeFileSync(at(file), JSON.stringify(content));
  }
  const installation = (): Promise<Installation | undefined> =>
    findInstallation(at('/opt/latchkey-endpoint/latchkey-endpoint.cjs'));
  const left = (): string[] =>
    readdirSync(root, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [] : [join(entry.parentPath, entry.name).slice(root.length)],
    );

  async function remove(
    options: { dieBefore?: RemovalStep; onFailed?: (problem: LatchkeyError) => void; signal?: AbortSignal } = {},
  ): Promise<boolean> {
    const ended = new AbortController();
    const removal = new SelfRemoval({
      folder,
      installation: await installation(),
      signal: options.signal ?? ended.signal,
      retryFirst: 0.01,
      onProblem() {},
      async report(stage, problem) {
        reports.push(stage);
        if (problem) options.onFailed?.(problem);
      },
      onStep(step) {
        if (step !== options.dieBefore) return;
        // As a process that is killed: nothing after this is done.
        ended.abort();
        throw new Error('killed');
      },
    });
    return removal.run();
  }

  it('X5: leaves nothing behind, neither program nor data, and says so first', async () => {
    assert.equal(await remove(), true);
    assert.deepEqual(left(), []);
    assert.ok(!existsSync(folder.path) && !existsSync(at('/opt/latchkey-endpoint')));
    assert.deepEqual(reports, ['done']);
  });

  for (const step of ['mark', 'forgetPassword', 'uninstall', 'report', 'erase'] satisfies RemovalStep[]) {
    it(`X5: killed before “${step}”, the next start finishes it`, async () => {
      assert.equal(await remove({ dieBefore: step }), false);
      assert.notDeepEqual(left(), []);
      // Before it is written down, the hub will say it again.
      assert.equal(await isBeingRemoved(folder), step !== 'mark');
      assert.equal(await remove(), true);
      assert.deepEqual(left(), []);
    });
  }

  it('X5: what starts the program stays until the program itself is gone', async () => {
    // Something in the way, in the middle of it.
    rmSync(at(command));
    put(`${command}/in-the-way`);
    const stopping = new AbortController();
    assert.equal(await remove({ signal: stopping.signal, onFailed: () => stopping.abort() }), false);
    assert.ok(existsSync(at(unit)) && existsSync(at('/opt/latchkey-endpoint/latchkey-endpoint.cjs')));
    assert.ok(existsSync(folder.identityFile));
  });

  it('X5: what can’t be removed is reported with its name, and tried again until it can', async () => {
    rmSync(at(command));
    put(`${command}/in-the-way`);
    const problems: LatchkeyError[] = [];
    const done = await remove({
      onFailed(problem) {
        problems.push(problem);
        if (problems.length === 2) rmSync(at(command), { recursive: true });
      },
    });
    assert.equal(done, true);
    assert.deepEqual(reports, ['failed', 'failed', 'done']);
    assert.equal(problems[0]?.code, 'endpoint.removalFailed');
    assert.match(String(problems[0].args.folder), /latchkey-endpoint$/);
    assert.deepEqual(left(), []);
  });

  it('X5: without an installation the data is all there is', async () => {
    rmSync(at('/opt/latchkey-endpoint/install.json'));
    assert.equal(await remove(), true);
    assert.ok(!existsSync(folder.path));
    assert.ok(existsSync(at(unit)));
  });
});
