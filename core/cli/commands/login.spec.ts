import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { Command } from 'commander';
import { oneTimeCode } from '#core/hub/two-factor/one-time-codes.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { adminEmail, adminPassword, startTestHub, type TestHub } from '#core/testing/test-hub.ts';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import { twoFactorRequests } from '#protocol/two-factor.ts';
import type { CliIo } from '../cli-io.ts';
import { CliLocalizer } from '../cli-localizer.ts';
import { registerLogin } from './login.ts';

const failsWith = (code: ErrorCode) => (error: unknown) => error instanceof LatchkeyError && error.code === code;

describe('latchkey login where two-factor sign-in is on (G5)', () => {
  let hub: TestHub;
  let secret: string;
  let recoveryCodes: string[];
  before(async () => {
    hub = await startTestHub();
    const { rpc } = await hub.workbench();
    ({ secret } = await rpc.request(twoFactorRequests.begin, { password: adminPassword }));
    ({ recoveryCodes } = await rpc.request(twoFactorRequests.confirm, { code: oneTimeCode(secret, Date.now()) }));
  });

  /** What is typed, prompt by prompt; without, there is no terminal. */
  async function login(typed: string[] | undefined, ...flags: string[]): Promise<{ result: unknown; asked: number }> {
    let result: unknown;
    let asked = 0;
    const io: CliIo = {
      env: { XDG_CONFIG_HOME: temporaryFolder() },
      localizer: new CliLocalizer('en'),
      json: true,
      interactive: typed !== undefined,
      result: (value) => void (result = value),
      progress: () => {},
      note: () => {},
      readInput: async () => `${adminPassword}\n`,
      readSecret: async () => (asked++, typed?.shift()),
      signal: new AbortController().signal,
    };
    const program = new Command();
    registerLogin(program, io);
    const words = ['login', '--hub', hub.url, '--email', adminEmail, '--password-stdin', ...flags];
    await program.parseAsync(words, { from: 'user' });
    return { result, asked };
  }

  it('asks for the code on a terminal, again where it was wrong', async () => {
    const { result, asked } = await login(['000 000', recoveryCodes[0]!]);
    assert.deepEqual([(result as { email: string }).email, asked], [adminEmail, 2]);
  });

  it('takes the code of a program, and says that it needs one where nobody can type', async () => {
    assert.equal((await login(undefined, '--code', recoveryCodes[1]!)).asked, 0);
    await assert.rejects(login(undefined), failsWith('account.codeRequired'));
    await assert.rejects(login(['123456'], '--code', recoveryCodes[1]!), failsWith('account.codeWrong'));
  });

  it('ends where nothing is typed', async () => {
    await assert.rejects(login([]), failsWith('account.codeRequired'));
  });
});
