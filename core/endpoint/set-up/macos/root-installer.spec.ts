import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, beforeEach, describe, it } from 'node:test';
import { failsWith, until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { installedFolder } from '../../data-folder/data-folder.ts';
import { runAsAdministrator } from './ask-administrator.ts';
import { RootInstaller } from './root-installer.ts';

// `osascript` is a program of the test: it quotes words as AppleScript does (`quoted form of`), runs them, and fails as macOS does
// where somebody cancels. What the script of the app does to a computer is tried elsewhere.
const osascript = (notes: string): string => `#!/bin/sh
echo asked >>'${notes}/asked'
: >'${notes}/script'
while [ "$1" = -e ]; do printf '%s\\n' "$2" >>'${notes}/script'; shift 2; done
printf '%s' "$1" >'${notes}/prompt'
shift
if [ -f '${notes}/cancel' ]; then echo '0:161: execution error: Vom Benutzer abgebrochen. (-128)' >&2; exit 1; fi
if [ -f '${notes}/wrong' ]; then echo '0:161: execution error: The administrator name or password was incorrect. (-60007)' >&2; exit 1; fi
words=
for word; do words="$words'$(printf '%s' "$word" | sed "s/'/'\\\\\\\\''/g")' "; done
exec sh -c "$words"
`;
const installation = (notes: string): string => `#!/bin/sh
while [ $# -gt 0 ]; do case "$1" in --hub) hub=$2 ;; --token-file) token=$(cat "$2") ;; --undo) echo undo >>'${notes}/did'; exit 0 ;; esac; shift; done
case "$token" in
  refused) echo '{"error":{"code":"enrolment.tokenRevoked","args":{}}}'; exit 3 ;;
  slow) trap 'echo undone >>'"'${notes}/did'"'; exit 130' TERM; : >'${notes}/began'; while :; do sleep 0.05; done ;;
esac
printf '%s\\n' "installed $token from $hub" >>'${notes}/did'
`;

describe('What installs on a Mac', { skip: process.platform === 'win32' }, () => {
  const folder = temporaryFolder();
  const notes = join(folder, 'notes');
  const unpacked = join(folder, `Mäx' "Down\\loads" $1 ; exit`);
  const program = [process.execPath, join(unpacked, 'opt/latchkey-endpoint/latchkey-endpoint.cjs')];
  const hub = 'https://hub.example';
  let env: Record<string, string>;

  before(() => {
    mkdirSync(join(unpacked, 'opt/latchkey-endpoint'), { recursive: true });
    writeFileSync(join(unpacked, 'install.sh'), installation(notes));
    const source = new URL('./root-installer.ts', import.meta.url).href;
    const main = `import('${source}').then(async ({ runRootInstaller }) => {
      process.exitCode = await runRootInstaller(process.argv.slice(3), undefined, process.env.INSTALL_BELOW);
    });`;
    writeFileSync(program[1]!, main);
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/osascript'), osascript(notes));
    chmodSync(join(folder, 'bin/osascript'), 0o755);
    env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, INSTALL_BELOW: temporaryFolder() };
  });
  beforeEach(() => {
    rmSync(notes, { recursive: true, force: true });
    mkdirSync(notes);
  });
  const note = (name: string): string => (existsSync(join(notes, name)) ? readFileSync(join(notes, name), 'utf8') : '');
  async function start(prompt = 'Latchkey', signal?: AbortSignal): Promise<RootInstaller> {
    const ask = (command: readonly string[], stopping: AbortSignal) =>
      runAsAdministrator(['/usr/bin/env', 'LANG=C', ...command], prompt, env, stopping);
    const installer = await RootInstaller.start(unpacked, program, ask, signal);
    whenDone(() => installer.close());
    return installer;
  }

  it('P2 asks once, whatever the paths are called, and is told what to install in no command line', async () => {
    const prompt = `Latchkey "richtet" 'ein' \\ & für Sie`;
    const installer = await start(prompt);
    assert.equal(note('prompt'), prompt);
    assert.match(note('script'), /^on run argv\n[^]*with administrator privileges\nend run\n$/);
    assert.ok(!note('script').includes(folder) && !note('script').includes(prompt), 'words became part of the script');
    await assert.rejects(installer.install(hub, 'refused'), failsWith('enrolment.tokenRevoked'));
    await installer.install(hub, 'good');
    assert.equal(note('did'), 'undo\ninstalled good from https://hub.example\n');
    assert.equal(note('asked'), 'asked\n', 'it asked again');
  });

  it('A4 what is installed has its data where the package’s daemon has it', () => {
    const data = '/Library/Application Support/Latchkey Endpoint';
    assert.equal(installedFolder('', 'darwin').path, data);
    assert.equal(installedFolder('/Volumes/x', 'darwin').path, `/Volumes/x${data}`);
    const daemon = new URL('../../../hub/installers/formats/macos/pkg/latchkey-endpoint.plist', import.meta.url);
    assert.ok(readFileSync(daemon, 'utf8').includes(`<string>${data}</string>`));
  });

  it('A4 sees as root what the customer’s account may not: that this Mac is set up already', async () => {
    const installer = await start();
    assert.equal(await installer.obstacle(), undefined);
    const { path, enrolmentFile } = installedFolder(env['INSTALL_BELOW']!);
    mkdirSync(path, { recursive: true });
    writeFileSync(enrolmentFile, '{}');
    assert.equal((await installer.obstacle())?.code, 'setUp.alreadySetUp');
    rmSync(enrolmentFile);
  });

  it('P2 says so where somebody cancels, and nothing is left', async () => {
    writeFileSync(join(notes, 'cancel'), '');
    await assert.rejects(start(), failsWith('setUp.notElevated'));
    assert.equal(existsSync(join(unpacked, 'installer.sock')), false);
    rmSync(join(notes, 'cancel'));
    await (await start()).install(hub, 'good');
    assert.equal(note('did'), 'installed good from https://hub.example\n');
  });

  it('P2 says what macOS says where it is something else', async () => {
    writeFileSync(join(notes, 'wrong'), '');
    await assert.rejects(start(), (error: { args: { reason: string } }) => {
      assert.match(error.args.reason, /password was incorrect/);
      return failsWith('setUp.installFailed')(error);
    });
    const nowhere = runAsAdministrator(['true'], 'x', { PATH: temporaryFolder() });
    assert.equal((await nowhere).how, 'failed');
  });

  it('A6 a technician who cancels, and an app that ends, have undone what goes on', async () => {
    const abort = new AbortController();
    const installer = await start();
    const cancelled = installer.install(hub, 'slow', abort.signal);
    cancelled.catch(() => {});
    await until(() => existsSync(join(notes, 'began')));
    abort.abort();
    await assert.rejects(cancelled);
    await until(() => note('did').startsWith('undone\n'));
    rmSync(notes, { recursive: true });
    mkdirSync(notes);
    const other = await start();
    const broken = other.install(hub, 'slow');
    broken.catch(() => {});
    await until(() => existsSync(join(notes, 'began')));
    await other.close();
    await assert.rejects(broken, failsWith('rpc.closed'));
    await until(() => note('did').startsWith('undone\n'));
  });
});
