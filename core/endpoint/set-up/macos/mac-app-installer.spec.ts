import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { failsWith } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { request } from '#protocol/messages.ts';
import { empty } from '#protocol/primitives.ts';
import { endpointTexts } from '../../commands/endpoint-io.ts';
import { connectToControl } from '../../control/control-client.ts';
import type { RootOutcome } from './ask-administrator.ts';
import { macAppInstaller } from './mac-app-installer.ts';
import { rootInstallerArgument } from './root-installer.ts';

describe('The customer app’s installer on a Mac', { skip: process.platform === 'win32' }, () => {
  const bin = temporaryFolder();
  const path = process.env['PATH'];
  const session = (name: string): void =>
    writeFileSync(join(bin, 'launchctl'), `#!/bin/sh\n[ "$1" = managername ] && echo ${name}\n`, { mode: 0o755 });
  before(() => void (process.env['PATH'] = `${bin}:${path}`));
  after(() => void (process.env['PATH'] = path));

  /** What root is asked, and finds. */
  const look = request('installer/look', empty, empty);
  async function make(outcome?: RootOutcome, setUp = false) {
    const unpacked = temporaryFolder();
    mkdirSync(join(unpacked, 'opt'));
    const asked: (readonly string[])[] = [];
    const notes: string[] = [];
    const installer = await macAppInstaller({
      unpacked,
      root: '',
      env: {},
      notUnpacked: '',
      localizer: endpointTexts('en'),
      note: (text) => void notes.push(text),
      program: ['/node', '/app.cjs'],
      async runAsRoot(command) {
        asked.push(command);
        if (outcome) return outcome;
        const { rpc } = await connectToControl(command.at(-1)!, (serving) =>
          serving.handle(look, () => {
            if (setUp) throw new LatchkeyError('setUp.alreadySetUp', { device: 'd' });
            return {};
          }),
        );
        await new Promise<void>((resolve) => rpc.onClose(resolve));
        return { how: 'done' };
      },
    });
    return { installer, asked, notes, unpacked };
  }

  it('P2 asks before anything else, once, and gives the rights up with the app', async () => {
    session('Aqua');
    const { installer, asked, notes, unpacked } = await make();
    assert.deepEqual(asked, []);
    await installer.prepare?.(new AbortController().signal);
    await installer.prepare?.(new AbortController().signal);
    assert.deepEqual(asked, [['/node', '/app.cjs', rootInstallerArgument, join(unpacked, 'installer.sock')]]);
    assert.equal(notes.length, 1);
    assert.match(notes[0]!, /administrator of this Mac/);
    assert.equal(await installer.obstacle(), undefined);
    await installer.dispose?.();
    await assert.rejects(connectToControl(join(unpacked, 'installer.sock')), { code: 'ENOENT' });
  });

  it('A4 says before anybody signs in that this Mac is set up already', async () => {
    session('Aqua');
    const { installer } = await make(undefined, true);
    await installer.prepare?.(new AbortController().signal);
    assert.equal((await installer.obstacle())?.code, 'setUp.alreadySetUp');
    await installer.dispose?.();
  });

  it('P2 A11 says that nothing was changed where it is cancelled, before or when it installs', async () => {
    session('Aqua');
    const { installer, notes } = await make({ how: 'declined' });
    await assert.rejects(installer.prepare!(new AbortController().signal), failsWith('setUp.notElevated'));
    assert.match(notes.at(-1)!, /Nothing was changed on this Mac/);
    await assert.rejects(installer.install('https://hub.example', 'token'), failsWith('setUp.notElevated'));
    assert.equal(notes.length, 4, 'it asks again where somebody tries again');
  });

  it('P2 leaves it to `sudo` where nobody sits at the screen', async () => {
    session('Background');
    const { installer, asked } = await make();
    assert.equal(installer.prepare, undefined);
    assert.deepEqual(asked, []);
  });
});
