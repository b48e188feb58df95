import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:https';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { postJson } from '#core/testing/test-hub.ts';
import { whenDone } from '#core/testing/when-done.ts';

const program = fileURLToPath(new URL('../latchkey.ts', import.meta.url));

interface Serving {
  readonly process: ChildProcess;
  readonly url: string;
  readonly output: string[];
  readonly exited: Promise<number | null>;
}

/** The hub as `latchkey serve` runs it, on a port of the system's choice. */
async function serve(env: Record<string, string>): Promise<Serving> {
  const child = spawn(process.execPath, [program, 'serve'], {
    env: { PATH: process.env.PATH, LANG: 'C', LATCHKEY_PORT: '0', LATCHKEY_LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  whenDone(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  let problems = '';
  child.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString()));
  const output: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    output.push(line);
    // Without an administrator to be shown there is one line; the password's is the last otherwise.
    if (line.includes('One-time password:') || (env.LATCHKEY_ADMIN_EMAIL && output.length === 1)) break;
  }
  const url = /https?:\/\/\S+/.exec(output.join('\n'))?.[0];
  assert.ok(url, problems);
  return { process: child, url, output, exited };
}

describe('latchkey serve', () => {
  it('prints where it runs and the first administrator, and stops cleanly when it is told to', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const hub = await serve({ LATCHKEY_DATA: temporaryFolder() });
      const text = hub.output.join('\n');
      const email = /E-mail: (\S+)/.exec(text)![1];
      const password = /One-time password: (\S+)/.exec(text)![1];
      const answer = await postJson(`${hub.url}/api/sign-in`, { email, password });
      assert.equal(answer.status, 200);
      hub.process.kill(signal);
      assert.equal(await hub.exited, 0);
    }
  });

  it('takes the administrator from the environment, and goes on after it was killed', async () => {
    const data = temporaryFolder();
    const env = {
      LATCHKEY_DATA: data,
      LATCHKEY_ADMIN_EMAIL: 'boss@example.com',
      LATCHKEY_ADMIN_PASSWORD: 'correct horse battery',
    };
    const signIn = { email: env.LATCHKEY_ADMIN_EMAIL, password: env.LATCHKEY_ADMIN_PASSWORD };
    for (let round = 0; round < 2; round++) {
      const hub = await serve(env);
      assert.equal(readFileSync(join(data, 'hub.pid'), 'utf8').trim(), String(hub.process.pid));
      const answer = await postJson(`${hub.url}/api/sign-in`, signIn);
      assert.equal(answer.status, 200);
      hub.process.kill('SIGKILL');
      await hub.exited;
    }
  });

  it('says on standard error what keeps it from running, with an exit code', async () => {
    const data = temporaryFolder();
    const hub = await serve({ LATCHKEY_DATA: data });
    const [noise, cut] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(noise, 'latchkey.db'), Buffer.alloc(20_000, 'not a database '));
    writeFileSync(join(cut, 'latchkey.db'), 'SQLite format 3\0');
    const cases: [Record<string, string>, RegExp, number][] = [
      [{ LATCHKEY_PORT: new URL(hub.url).port }, /Port \d+ on 127\.0\.0\.1 is in use/, 1],
      [{ LATCHKEY_HOST: '0.0.0.0' }, /LATCHKEY_TLS_CERT/, 3],
      [{ LATCHKEY_PROT: '1', LATCHKEY_PORT: 'x' }, /LATCHKEY_PROT is not a setting/, 2],
      [{ LATCHKEY_PORT: 'x' }, /LATCHKEY_PORT cannot be “x”/, 2],
      [{ LATCHKEY_PORT: 'x', LANG: 'de_DE.UTF-8' }, /LATCHKEY_PORT kann nicht „x“ sein/, 2],
      [{ LATCHKEY_DATA: data }, new RegExp(`in use by process ${hub.process.pid}`), 1],
      [{ LATCHKEY_DATA: noise }, /latchkey\.db is damaged.*latchkey restore/, 1],
      [{ LATCHKEY_DATA: cut }, /latchkey\.db is damaged.*latchkey restore/, 1],
      [{ LATCHKEY_LOG_LEVEL: 'loud' }, /LATCHKEY_LOG_LEVEL cannot be “loud”/, 2],
      [{ LATCHKEY_BEHIND_PROXY: 'yes' }, /LATCHKEY_BEHIND_PROXY cannot be “yes”/, 2],
      [{ LATCHKEY_PUBLIC_URL: 'example.com' }, /LATCHKEY_PUBLIC_URL cannot be/, 2],
      [{ LATCHKEY_DATABASE_URL: 'mysql://u:secret@h/x' }, /LATCHKEY_DATABASE_URL cannot be “mysql:…”/, 2],
      [{ LATCHKEY_DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x' }, /The database 127\.0\.0\.1:1\/x cannot be/, 1],
      [{ LATCHKEY_TLS_CERT: '/nowhere', LATCHKEY_TLS_KEY: '/nowhere' }, /TLS file \/nowhere cannot be used/, 2],
      [
        { LATCHKEY_ADMIN_EMAIL: 'boss@example.com', LATCHKEY_ADMIN_PASSWORD: 'tooshort' },
        /LATCHKEY_ADMIN_PASSWORD needs at least 12 characters/,
        2,
      ],
      [{ LATCHKEY_ADMIN_EMAIL: 'boss', LATCHKEY_ADMIN_PASSWORD: 'x' }, /LATCHKEY_ADMIN_EMAIL cannot be “boss”/, 2],
      [{ LATCHKEY_DATA: program }, /data folder .*latchkey\.ts cannot be used/, 3],
    ];
    for (const [env, message, code] of cases) {
      const child = spawn(process.execPath, [program, 'serve'], {
        env: {
          PATH: process.env.PATH,
          LANG: 'C',
          LATCHKEY_DATA: temporaryFolder(),
          LATCHKEY_LOG_LEVEL: 'error',
          ...env,
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      whenDone(() => void child.kill('SIGKILL'));
      let problems = '';
      child.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString()));
      const [exitCode] = (await once(child, 'close')) as [number];
      assert.match(problems, message);
      assert.doesNotMatch(problems, /secret|\n {4}at /, 'no password, no stack');
      assert.equal(exitCode, code);
    }
  });

  it('speaks TLS itself', async () => {
    const folder = temporaryFolder();
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-subj',
      ].concat(['/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert]),
      { stdio: 'ignore' },
    );
    const hub = await serve({ LATCHKEY_DATA: join(folder, 'data'), LATCHKEY_TLS_CERT: cert, LATCHKEY_TLS_KEY: key });
    assert.match(hub.url, /^https:/);
    const status = await new Promise((resolve, reject) => {
      const call = request(`${hub.url}/healthz`, { ca: readFileSync(cert) }, (answer) => {
        answer.resume();
        resolve([answer.statusCode, answer.headers['strict-transport-security'] !== undefined]);
      });
      call.on('error', reject).end();
    });
    assert.deepEqual(status, [200, true]);
  });
});

describe('latchkey backup and restore', () => {
  const run = (env: Record<string, string>, ...arguments_: string[]) => {
    const child = spawn(process.execPath, [program, '--json', ...arguments_], {
      env: { PATH: process.env.PATH, LANG: 'C', ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return once(child, 'close').then(([code]) => ({ code: code as number, value: JSON.parse(output) as any }));
  };

  it('work on a hub that runs, and on one that does not', async () => {
    const env = { LATCHKEY_DATA: temporaryFolder() };
    const file = join(temporaryFolder(), 'backup.db');
    const hub = await serve(env);
    assert.deepEqual(await run(env, 'backup', file), { code: 0, value: { file } });
    assert.equal((await run(env, 'backup', file)).value.error.code, 'file.exists');
    const locked = await run(env, 'restore', file);
    assert.deepEqual([locked.code, locked.value.error.code], [1, 'data.locked']);
    assert.equal(locked.value.error.args.process, String(hub.process.pid));
    hub.process.kill('SIGTERM');
    await hub.exited;
    assert.equal((await run(env, 'restore', file)).code, 0);
    assert.equal(
      (await run({ LATCHKEY_DATA: temporaryFolder() }, 'backup', `${file}.2`)).value.error.code,
      'data.noStore',
    );
    const elsewhere = await run(
      { ...env, LATCHKEY_DATABASE_URL: 'postgres://u:secret@db.example/x' },
      'backup',
      `${file}.3`,
    );
    assert.deepEqual(elsewhere.value.error.args, { database: 'db.example/x' });
  });
});
