import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, beforeEach, describe, it } from 'node:test';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { installRecord } from '#protocol/installers.ts';
import { script } from '../../unix/shell-scripts.ts';
import { macosFile, macosRecord } from '../pkg/pkg-layout.ts';

// As Linux's script, which it shares all but the places and the service with, and whose steps are tried one by one there: bash in
// the place of Node.js, and a script in the place of the endpoint.
const endpoint = `
case "$1" in
  join)
    while [ $# -gt 0 ]; do case "$1" in --data) data=$2 ;; --token-file) token=$2 ;; esac; shift; done
    [ "$(cat "$token")" = good ] || { echo '{"error":{"code":"enrolment.tokenRevoked","args":{}}}'; exit 3; }
    mkdir -p "$data" && echo '{}' >"$data/identity.json" && echo '{ "device": "abcdefghijklmnop" }' >"$data/enrolment.json"
    ;;
  run)
    printf '{"process":%s}' $$ >"$3/lock"
    trap 'rm -f "$3/lock"; exit 0' TERM
    while :; do read -rt 0.1 <> <(:) || :; done
    ;;
esac
`;

const skip = process.platform !== 'linux' || !existsSync('/bin/bash');
describe('The customer app’s installation on Macs', { skip }, () => {
  const app = join(temporaryFolder(), `ä' b`);
  let root: string;
  const data = () => join(root, 'Library/Application Support/Latchkey Endpoint');

  before(() => {
    const files: Record<string, string> = {
      'install.sh': script('install.sh', { VERSION: '1.2.3' }, 'macos'),
      'opt/latchkey-endpoint/latchkey-endpoint.cjs': endpoint,
      'opt/latchkey-endpoint/pty/darwin-arm64/spawn-helper': '',
      'usr/local/bin/latchkey-endpoint': readFileSync(macosFile('command.sh'), 'utf8'),
      'Library/LaunchDaemons/latchkey-endpoint.plist': readFileSync(macosFile('latchkey-endpoint.plist'), 'utf8'),
    };
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(app, name)), { recursive: true });
      writeFileSync(join(app, name), content, { mode: name.endsWith('.plist') ? 0o666 : 0o755 });
    }
    copyFileSync('/bin/bash', join(app, 'opt/latchkey-endpoint/node'));
  });
  beforeEach(() => {
    root = join(temporaryFolder(), 'root');
  });

  function install(kind = 'good', shell = ['sh']): { code: number | null; output: string } {
    const token = join(app, `token-${kind}`);
    writeFileSync(token, kind);
    const [program = 'sh', ...rest] = shell;
    const args = [...rest, join(app, 'install.sh'), '--hub', 'https://hub.example', '--token-file', token];
    const { status, stdout, stderr } = spawnSync(program, [...args, '--root', root], {
      env: { ...process.env, LC_ALL: 'C' },
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { code: status, output: stdout + stderr };
  }
  const stop = (): void => {
    const { process: pid } = JSON.parse(readFileSync(join(data(), 'lock'), 'utf8')) as { process: number };
    process.kill(pid, 'SIGKILL');
  };

  for (const shell of [['dash'], ['bash', '--posix']]) {
    it(`A11 P5 lays the endpoint out as the package does, joins, and starts it (${shell[0]})`, () => {
      const { code, output } = install('good', shell);
      assert.equal(code, 0, output);
      const program = join(root, 'opt/latchkey-endpoint');
      const record = installRecord.parse(JSON.parse(readFileSync(join(program, 'install.json'), 'utf8')));
      assert.deepEqual(record, { ...macosRecord('1.2.3'), root });
      for (const file of record.files) assert.ok(existsSync(join(root, file)), file);
      const daemon = join(root, 'Library/LaunchDaemons/latchkey-endpoint.plist');
      assert.equal(statSync(daemon).mode & 0o777, 0o644, 'launchd takes none that others may write');
      assert.ok(readFileSync(daemon, 'utf8').includes(`<string>${data()}</string>`));
      assert.equal(statSync(join(program, 'pty/darwin-arm64/spawn-helper')).mode & 0o777, 0o755);
      assert.deepEqual(readdirSync(join(root, 'opt')), ['latchkey-endpoint']);
      assert.equal(existsSync(join(root, 'var')), false);
      const again = install();
      assert.match(again.output, /"setUp.alreadySetUp","args":\{"device":"abcdefghijklmnop"\}/);
      stop();
    });
  }

  it('A11 leaves nothing where the hub refuses', () => {
    const { code, output } = install('refused');
    assert.equal(code, 3, output);
    assert.match(output, /enrolment\.tokenRevoked/);
    assert.equal(existsSync(root), false);
  });

  /** The script's own functions, on a computer itself, with the `launchctl` of the test. */
  function withLaunchd(commands: string, refusals: number): { code: number | null; output: string; asked: string[] } {
    const bin = temporaryFolder();
    const launchctl = `#!/bin/sh
printf '%s\\n' "$*" >>'${bin}/asked'
[ "$1" != bootstrap ] || [ "$(grep -c bootstrap '${bin}/asked')" -gt ${refusals} ]
`;
    writeFileSync(join(bin, 'launchctl'), launchctl, { mode: 0o755 });
    writeFileSync(join(bin, 'sleep'), '#!/bin/sh\n', { mode: 0o755 });
    const [common = ''] = script('install.sh', { VERSION: '1' }, 'macos').split('from=$(cd');
    const text = `${common}\nroot= data='${bin}/none' program=/opt/latchkey-endpoint\n${commands}\n`;
    const env = { ...process.env, LC_ALL: 'C', PATH: `${bin}:${process.env['PATH']}` };
    const { status, stdout, stderr } = spawnSync('dash', ['-c', text], { env, encoding: 'utf8', timeout: 20_000 });
    const asked = existsSync(join(bin, 'asked')) ? readFileSync(join(bin, 'asked'), 'utf8').trim().split('\n') : [];
    return { code: status, output: stdout + stderr, asked };
  }

  it('I4 starts it as a daemon, which one that is still ending may keep waiting', () => {
    const { code, output, asked } = withLaunchd('start_endpoint', 2);
    assert.equal(code, 0, output);
    assert.match(output, /starts with this Mac/);
    const load = 'bootstrap system /Library/LaunchDaemons/latchkey-endpoint.plist';
    assert.deepEqual(asked, ['enable system/latchkey-endpoint', load, load, load]);
    assert.deepEqual(withLaunchd('stop_endpoint', 0).asked, ['bootout system/latchkey-endpoint']);
  });

  it('A11 says where launchd does not take it, and fails', () => {
    const { code, output } = withLaunchd('start_endpoint', 1000);
    assert.equal(code, 1);
    assert.match(output, /could not be started/);
  });

  it('is a script that every shell of a Mac takes', () => {
    for (const shell of ['dash', 'bash']) execFileSync(shell, ['-n', join(app, 'install.sh')]);
  });
});
