import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { failsWith } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { connectToControl } from '../control/control-client.ts';
import { ControlSocket } from '../control/control-socket.ts';
import { isShowerPipe } from '../set-up/windows/run-with-rights.ts';
import { distantShower, serveShower } from './page-shower.ts';

describe('pages shown by another program', () => {
  const path = join(temporaryFolder(), 'shower');
  let socket: ControlSocket;
  let shown: string[];
  let discarded: number;

  beforeEach(async () => {
    shown = [];
    discarded = 0;
    socket = await ControlSocket.listen({
      path,
      serve: (rpc) =>
        serveShower(rpc, {
          show(address) {
            shown.push(address);
            return Promise.resolve({ file: '/a/file.html', shown: true });
          },
          discard() {
            discarded++;
            return Promise.resolve();
          },
        }),
      onProblem: () => {},
    });
  });
  afterEach(() => socket.close());

  it('P2 what has other rights has its page shown by the program that the customer started', async () => {
    const shower = await distantShower(path);
    const address = 'http://127.0.0.1:4711/#s3cret-_';
    assert.deepEqual(await shower.show(address), { file: '/a/file.html', shown: true });
    await shower.discard();
    assert.deepEqual([shown, discarded], [[address], 1]);
    shower.close();
  });

  it('shows the app’s own pages, and nothing else', async () => {
    const shower = await distantShower(path);
    for (const address of [
      'https://127.0.0.1:4711/#s3cret',
      'http://localhost:4711/#s3cret',
      'http://127.0.0.1:4711/x#s3cret',
      'http://127.0.0.1:4711/#"><script>',
      'file:///etc/passwd',
      'C:\\Windows\\System32\\calc.exe',
    ])
      await assert.rejects(shower.show(address), failsWith('rpc.invalidParams'), address);
    assert.deepEqual(shown, []);
    shower.close();
  });

  it('does without the other program where that has ended: nothing is left to clear up', async () => {
    const shower = await distantShower(path);
    await socket.close();
    await assert.rejects(shower.show('http://127.0.0.1:1/#x'));
    await shower.discard();
    await assert.rejects(connectToControl(path));
  });

  it('connects to a pipe of this kind alone', () => {
    const good = `\\\\.\\pipe\\latchkey-shower-${'0a'.repeat(16)}`;
    assert.ok(isShowerPipe(good));
    for (const bad of [
      `${good}0`,
      good.slice(0, -1),
      good.replace('.', 'server'),
      'C:\\file',
      good.replace('shower', 'x'),
    ])
      assert.ok(!isShowerPipe(bad), bad);
  });
});
