import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { before, beforeEach, describe, it } from 'node:test';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { script } from '../unix/shell-scripts.ts';

// What the script does to a computer, and undoes, is tested with bash in the place of Node, and a script of its own in the
// place of the endpoint. It joins, runs and leaves as the endpoint does, as far as the installation can tell.
const endpoint = (notes: string): string => `
case "$1" in
  join)
    while [ $# -gt 0 ]; do case "$1" in --data) data=$2 ;; --token-file) token=$2 ;; esac; shift; done
    case "$(cat "$token")" in
      refused*) echo '{"error":{"code":"enrolment.tokenRevoked","args":{}}}'; exit 3 ;;
      unreachable*) echo '{"error":{"code":"hub.unreachable","args":{"url":"x","reason":"y"}}}'; exit 4 ;;
    esac
    mkdir -p "$data" && echo '{}' >"$data/identity.json" && echo '{ "device": "abcdefghijklmnop" }' >"$data/enrolment.json"
    echo joined >>'${notes}'
    ;;
  run)
    [ ! -f '${notes}.broken' ] || exit 1
    printf '{"process":%s}' $$ >"$3/lock"
    trap 'rm -f "$3/lock"; exit 0' TERM
    while :; do read -rt 0.1 <> <(:) || :; done
    ;;
  remove) echo left >>'${notes}' ;;
esac
`;

interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

describe('The customer app’s installation', { skip: process.platform !== 'linux' || !existsSync('/bin/bash') }, () => {
  const folder = temporaryFolder();
  const app = join(folder, 'app');
  const notes = join(folder, 'notes');
  const whole = script('install.sh', { VERSION: '1.2.3' });
  let root: string;

  before(() => {
    const files: Record<string, string> = {
      'install.sh': whole,
      'opt/latchkey-endpoint/latchkey-endpoint.cjs': endpoint(notes),
      'usr/local/bin/latchkey-endpoint': script('command.sh'),
      'usr/local/share/applications/latchkey-endpoint.desktop': script('latchkey-endpoint.desktop'),
      'etc/systemd/system/latchkey-endpoint.service': script('latchkey-endpoint.service'),
    };
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(app, name)), { recursive: true });
      writeFileSync(join(app, name), content);
    }
    copyFileSync('/bin/bash', join(app, 'opt/latchkey-endpoint/node'));
  });
  beforeEach(() => {
    root = join(temporaryFolder(), 'root');
    writeFileSync(notes, '');
    rmSync(`${notes}.broken`, { force: true });
  });

  function install(name = 'install.sh', args = ['--hub', 'https://hub.example', '--token-file', token('good')]) {
    return new Promise<Outcome>((resolve) => {
      const options = { env: { ...process.env, LC_ALL: 'C' }, timeout: 60_000 };
      execFile('sh', [join(app, name), ...args, '--root', root], options, (error, stdout, stderr) =>
        resolve({
          code: error ? (typeof error.code === 'number' ? error.code : null) : 0,
          signal: error?.signal ?? null,
          output: stdout + stderr,
        }),
      );
    });
  }
  function token(kind: string): string {
    const file = join(folder, `token-${kind}`);
    writeFileSync(file, kind);
    return file;
  }
  const noted = (): string[] => readFileSync(notes, 'utf8').split('\n').filter(Boolean);
  /** The endpoints that run from this root. */
  const running = (): number[] =>
    readdirSync('/proc')
      .map(Number)
      .filter((pid) => {
        try {
          return pid > 0 && readlinkSync(`/proc/${pid}/exe`).startsWith(join(root, 'opt'));
        } catch {
          return false;
        }
      });
  const left = (): string[] => (existsSync(root) ? ['.', ...(readdirSync(root, { recursive: true }) as string[])] : []);
  const stop = (): void => running().forEach((pid) => process.kill(pid, 'SIGKILL'));

  it('A11 P5 lays the endpoint out as the installer does, joins, and starts it', async () => {
    const { code, output } = await install();
    assert.equal(code, 0, output);
    const program = join(root, 'opt/latchkey-endpoint');
    assert.deepEqual(readdirSync(program).sort(), ['install.json', 'latchkey-endpoint.cjs', 'node']);
    const record = JSON.parse(readFileSync(join(program, 'install.json'), 'utf8')) as { files: string[] };
    for (const file of record.files) assert.ok(existsSync(join(root, file)), file);
    assert.equal(record.files.length, 3);
    assert.ok(readFileSync(join(root, 'usr/local/bin/latchkey-endpoint'), 'utf8').includes(program));
    assert.deepEqual(readdirSync(join(root, 'opt')), ['latchkey-endpoint']);
    assert.deepEqual(noted(), ['joined']);
    assert.equal(running().length, 1);
    stop();
  });

  it('A4 changes nothing where it is set up already, and names the device', async () => {
    await install();
    const { code, output } = await install();
    assert.equal(code, 1);
    assert.match(output, /"setUp.alreadySetUp","args":\{"device":"abcdefghijklmnop"\}/);
    assert.equal(running().length, 1);
    assert.deepEqual(noted(), ['joined']);
    stop();
  });

  for (const kind of ['refused', 'unreachable']) {
    it(`A11 leaves nothing where the hub is ${kind}`, async () => {
      const args = ['--hub', 'https://hub.example', '--token-file', token(kind)];
      const { code, output } = await install('install.sh', args);
      assert.equal(code, kind === 'refused' ? 3 : 4);
      assert.match(output, /\{"error"/);
      assert.equal(existsSync(root), false);
    });
  }

  it('A11 leaves the hub again where it cannot be started', async () => {
    writeFileSync(`${notes}.broken`, '');
    const { code } = await install();
    assert.equal(code, 1);
    assert.deepEqual(noted(), ['joined', 'left']);
    assert.equal(existsSync(root), false);
  });

  it('A11 puts back what was there where it does not come to its end', async () => {
    await install();
    stop();
    rmSync(join(root, 'var'), { recursive: true });
    const program = join(root, 'opt/latchkey-endpoint');
    writeFileSync(join(program, 'installer.json'), 'waits to join');
    writeFileSync(join(root, 'usr/local/bin/latchkey-endpoint'), 'as it was');
    const args = ['--hub', 'https://hub.example', '--token-file', token('refused')];
    assert.equal((await install('install.sh', args)).code, 3);
    assert.equal(readFileSync(join(program, 'installer.json'), 'utf8'), 'waits to join');
    assert.equal(readFileSync(join(root, 'usr/local/bin/latchkey-endpoint'), 'utf8'), 'as it was');
  });

  it('waits for no other installation, and undoes none that goes on', async () => {
    const stage = join(root, 'opt/.latchkey-endpoint.abcdef');
    mkdirSync(stage, { recursive: true });
    const began = execFileSync('sh', ['-c', `sed 's/.*) //' /proc/${process.pid}/stat | cut -d ' ' -f 20`], {
      encoding: 'utf8',
    });
    writeFileSync(join(stage, 'process'), `${process.pid} ${began}`);
    const { code, output } = await install();
    assert.equal(code, 1);
    assert.match(output, /Another installation is under way/);
    assert.ok(existsSync(stage));
  });

  /** The script with a blow put before each of its lines from the first change on, as long as that is still a script. */
  function struck(signal: string): string[] {
    const lines = whole.split('\n');
    const first = lines.findIndex((line) => line.startsWith('mkdir -p "$root/opt" && stage='));
    assert.ok(first > 0);
    const names: string[] = [];
    for (let at = first; at < lines.length; at++) {
      if (lines[at - 1]?.endsWith('\\')) continue;
      const name = `struck-${signal}-${at}.sh`;
      const blow = `kill -${signal} $$; sleep 0`;
      writeFileSync(join(app, name), [...lines.slice(0, at), blow, ...lines.slice(at)].join('\n'));
      try {
        execFileSync('sh', ['-n', join(app, name)], { stdio: 'ignore' });
        names.push(name);
      } catch {
        // in the middle of a command
      }
    }
    return names;
  }

  it('A11 interrupted at any step, it leaves nothing', async () => {
    const names = struck('TERM');
    let interrupted = 0;
    for (const name of names) {
      writeFileSync(notes, '');
      const { code } = await install(name);
      if (code === 0) {
        // Not on the way, or behind the end.
        stop();
        rmSync(root, { recursive: true });
        continue;
      }
      interrupted++;
      assert.deepEqual(left(), [], name);
      assert.deepEqual(running(), [], name);
      assert.ok(['', 'joined,left'].includes(noted().join()), `${name}: ${noted().join()}`);
    }
    assert.ok(interrupted > 20, `interrupted ${interrupted} of ${names.length} times`);
  });

  it('A11 killed at any step, it is undone by whoever comes next', async () => {
    const names = struck('KILL');
    let killed = 0;
    for (const name of names) {
      writeFileSync(notes, '');
      const { signal, code: ended, output: said } = await install(name);
      if (signal === null) {
        assert.equal(ended, 0, `${name}: ${said}`);
        stop();
        rmSync(root, { recursive: true });
        continue;
      }
      killed++;
      const { code, output } = await install('install.sh', ['--undo']);
      assert.equal(code, 0, output);
      assert.deepEqual(left(), [], name);
      assert.deepEqual(running(), [], name);
      assert.ok(['', 'joined,left'].includes(noted().join()), `${name}: ${noted().join()}`);
    }
    assert.ok(killed > 20, `killed ${killed} of ${names.length} times`);
    // And what comes next may be another installation.
    await install(names.find((name) => readFileSync(join(app, name), 'utf8').includes('KILL')) ?? '');
    assert.equal((await install()).code, 0);
    assert.equal(running().length, 1);
    stop();
  });
});
