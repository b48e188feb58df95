import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { adminEmail, adminPassword, startTestHub } from '#core/testing/test-hub.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';

const program = fileURLToPath(new URL('./latchkey.ts', import.meta.url));
const config = temporaryFolder();

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line as a person would, with nothing of this machine's own configuration. */
function latchkey(words: readonly string[], input = '', env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { LATCHKEY_TOKEN: _, ...inherited } = process.env;
    const child = spawn(process.execPath, [program, ...words], {
      env: { ...inherited, XDG_CONFIG_HOME: config, LC_ALL: 'C', LANG: 'C', ...env },
      timeout: 60_000,
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => (out += data));
    child.stderr.on('data', (data) => (err += data));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin.end(input);
  });
}

describe('The command line at a hub', () => {
  it('signs in with a token of its own, lists devices, and signs out', async () => {
    const hub = await startTestHub();
    const login = ['login', '--hub', hub.url, '--email', adminEmail, '--password-stdin'];

    const wrong = await latchkey(login, 'not the password\n');
    assert.equal(wrong.code, 3);
    assert.match(wrong.err, /password is wrong/);

    const done = await latchkey([...login, '--json'], `${adminPassword}\n`);
    assert.equal(done.code, 0, done.err);
    assert.deepEqual(Object.keys(JSON.parse(done.out)), ['hub', 'email', 'token', 'file']);
    const file = join(config, 'latchkey', 'credentials.json');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const { token } = JSON.parse(await readFile(file, 'utf8')).hubs[hub.url];
    assert.ok(!done.out.includes(token), 'the secret is in the file alone');

    const devices = await latchkey(['devices', '--json']);
    assert.deepEqual([devices.code, JSON.parse(devices.out)], [0, []]);
    const query = await latchkey(['devices', 'is:wrong', '--json']);
    assert.deepEqual([query.code, JSON.parse(query.out).error.code], [2, 'query.invalid']);
    const unknown = await latchkey(['run', 'no.such', '--json']);
    assert.deepEqual([unknown.code, JSON.parse(unknown.out).error.code], [2, 'command.unknown']);

    assert.equal((await latchkey(['logout'])).code, 0);
    assert.equal((await latchkey(['devices', '--hub', hub.url])).code, 3);
    const revoked = await latchkey(['devices', '--hub', hub.url], '', { LATCHKEY_TOKEN: token });
    assert.equal(revoked.code, 3);
    assert.match(revoked.err, /revoked/);
  });

  it('says by its exit code that the hub is not there', async () => {
    const { code, out } = await latchkey(['devices', '--json', '--hub', 'http://127.0.0.1:1'], '', {
      LATCHKEY_TOKEN: 'x',
    });
    assert.deepEqual([code, JSON.parse(out).error.code], [4, 'hub.unreachable']);
  });
});
