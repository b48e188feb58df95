import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { hubAccess } from './credentials.ts';

describe('the hub that a command goes to', () => {
  const home = temporaryFolder();

  it('is the one of --hub, else the one that the environment names, else the one on this machine', async () => {
    const env = { HOME: home, LATCHKEY_TOKEN: 'secret' };
    const named = { ...env, LATCHKEY_PUBLIC_URL: 'https://help.example' };
    assert.deepEqual(await hubAccess(named, 'https://other.example/'), {
      url: 'https://other.example',
      token: 'secret',
    });
    assert.equal((await hubAccess(named, undefined)).url, 'https://help.example');
    assert.equal((await hubAccess(env, undefined)).url, 'http://127.0.0.1:7420');
  });

  it('is not asked without a token, nor where its address is none', async () => {
    await assert.rejects(hubAccess({ HOME: home }, undefined), failsWith('hub.notSignedIn'));
    await assert.rejects(
      hubAccess({ HOME: home, LATCHKEY_TOKEN: 'x' }, 'ftp://x'),
      failsWith('endpoint.hubAddressInvalid'),
    );
  });
});
