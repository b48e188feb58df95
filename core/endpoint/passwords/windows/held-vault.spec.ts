import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith } from '#core/testing/expect.ts';
import { storePassword } from '../password-vault.ts';
import { heldVault } from './held-vault.ts';

describe('password of a customer app', () => {
  const seal = ({ account }: { account: string }) => ({ version: 1 as const, account, entropy: 'AA', sealed: 'BB' });

  it('A7 A8 is checked, and kept sealed in memory until there is a place for it', async () => {
    const asked: string[] = [];
    const vault = heldVault(({ account, password }) => {
      asked.push(account);
      return Promise.resolve(password === 'right');
    }, seal);
    const account = 'EXAMPLE\\ann';
    await assert.rejects(storePassword(vault, { account, password: 'wrong' }), failsWith('consent.passwordWrong'));
    assert.deepEqual([vault.held, await vault.stored()], [undefined, undefined]);
    await storePassword(vault, { account, password: 'right' });
    assert.deepEqual([vault.held, await vault.stored()], [seal({ account }), account]);
    assert.deepEqual(asked, [account, account]);
  });

  it('A9 is forgotten where nothing comes of it', async () => {
    const vault = heldVault(() => Promise.resolve(true), seal);
    await storePassword(vault, { account: 'ann', password: 'x' });
    await vault.forget();
    assert.deepEqual([vault.held, await vault.stored()], [undefined, undefined]);
  });
});
