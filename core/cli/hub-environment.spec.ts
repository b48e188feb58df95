import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { LatchkeyError } from '#protocol/errors.ts';
import { dataFolderOf, hubOptionsOf, unknownVariables } from './hub-environment.ts';

describe('The hub’s environment', () => {
  it('is safe where nothing is set', () => {
    const options = hubOptionsOf({ HOME: '/home/x' });
    assert.deepEqual([options.host, options.port, options.behindProxy], ['127.0.0.1', 7420, false]);
    assert.equal(options.data, '/home/x/.local/share/latchkey');
    assert.equal(dataFolderOf({ HOME: '/home/x', XDG_DATA_HOME: '/data' }), '/data/latchkey');
    assert.ok(existsSync(join(options.webRoot!, '..', '..', 'package.json')));
    assert.equal(options.extensionsRoot, join(options.webRoot!, '..', 'extensions'));
  });

  it('is read whole', () => {
    const options = hubOptionsOf({
      LATCHKEY_HOST: '0.0.0.0',
      LATCHKEY_PORT: '443',
      LATCHKEY_DATA: '/srv/latchkey',
      LATCHKEY_PUBLIC_URL: 'https://support.example.com/',
      LATCHKEY_TLS_CERT: 'c.pem',
      LATCHKEY_TLS_KEY: 'k.pem',
      LATCHKEY_BEHIND_PROXY: '1',
      LATCHKEY_ADMIN_EMAIL: 'a@example.com',
      LATCHKEY_ADMIN_PASSWORD: 'secret secret',
      LATCHKEY_DATABASE_URL: 'postgres://x/y',
      LATCHKEY_LOG_LEVEL: 'debug',
    });
    assert.equal(options.publicUrl, 'https://support.example.com');
    assert.deepEqual(options.tls, { cert: 'c.pem', key: 'k.pem' });
    assert.deepEqual(options.admin, { email: 'a@example.com', password: 'secret secret' });
    assert.deepEqual([options.port, options.behindProxy, options.logLevel], [443, true, 'debug']);
  });

  it('has no variables but those that are known', () => {
    const env = { LATCHKEY_PORT: '1', LATCHKEY_TLS_CRT: 'x', LATCHKEY_PROT: '2', HOME: '/' };
    assert.deepEqual(unknownVariables(env), ['LATCHKEY_PROT', 'LATCHKEY_TLS_CRT']);
  });

  it('names the variable that makes no sense', () => {
    for (const [variable, value] of [
      ['LATCHKEY_PORT', '70000'],
      ['LATCHKEY_PORT', 'http'],
      ['LATCHKEY_PUBLIC_URL', 'support.example.com'],
      ['LATCHKEY_PUBLIC_URL', 'https://example.com/below'],
      ['LATCHKEY_BEHIND_PROXY', 'yes'],
      ['LATCHKEY_LOG_LEVEL', 'loud'],
    ] as const) {
      assert.throws(
        () => hubOptionsOf({ [variable]: value }),
        (error: LatchkeyError) =>
          error.code === 'environment.invalid' && error.args.variable === variable && error.args.value === value,
      );
    }
    for (const [url, shown] of [
      ['mysql://user:secret@example.com/x', 'mysql:…'],
      ['secret', '…'],
    ] as const) {
      assert.throws(() => hubOptionsOf({ LATCHKEY_DATABASE_URL: url }), {
        code: 'environment.invalid',
        args: { variable: 'LATCHKEY_DATABASE_URL', value: shown },
      });
    }
    assert.throws(() => hubOptionsOf({ LATCHKEY_ADMIN_EMAIL: 'boss', LATCHKEY_ADMIN_PASSWORD: 'x' }), {
      code: 'environment.invalid',
    });
    const short = { LATCHKEY_ADMIN_EMAIL: 'boss@example.com', LATCHKEY_ADMIN_PASSWORD: 'eleven char' };
    assert.throws(
      () => hubOptionsOf(short),
      (error: LatchkeyError) => {
        assert.deepEqual(error.toData(), {
          code: 'environment.passwordTooShort',
          args: { variable: 'LATCHKEY_ADMIN_PASSWORD', minimum: 12 },
        });
        return true;
      },
    );
    assert.equal(hubOptionsOf({ ...short, LATCHKEY_ADMIN_PASSWORD: 'twelve chars' }).admin?.password, 'twelve chars');
    for (const half of ['LATCHKEY_TLS_CERT', 'LATCHKEY_TLS_KEY', 'LATCHKEY_ADMIN_EMAIL', 'LATCHKEY_ADMIN_PASSWORD']) {
      assert.throws(() => hubOptionsOf({ [half]: 'x' }), { code: 'environment.invalid' });
    }
  });
});
