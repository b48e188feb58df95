import { hostname } from 'node:os';
import type { Command } from 'commander';
import { signInPath, signInResult } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { CliIo } from '../cli-io.ts';
import { credentialsPath, defaultHub, hubOrigin, readCredentials, writeCredentials } from '../credentials.ts';

interface LoginOptions {
  readonly hub: string;
  readonly email: string;
  readonly passwordStdin?: boolean;
  readonly code?: string;
}

/** `latchkey login`: an API token for this machine, in place of the password. */
export function registerLogin(program: Command, io: CliIo): void {
  const t = io.localizer.t.bind(io.localizer);
  program
    .command('login')
    .description(t('login.description'))
    .option('--hub <url>', t('option.hub'), defaultHub)
    .requiredOption('--email <email>', t('login.email'))
    .option('--password-stdin', t('login.passwordStdin'))
    .option('--code <code>', t('login.code'))
    .action(async ({ hub, email, passwordStdin, code }: LoginOptions) => {
      const url = hubOrigin(hub);
      const password = passwordStdin
        ? (await io.readInput()).replace(/\r?\n$/, '')
        : await io.readSecret(t('login.prompt', { email, url }));
      if (password === undefined) throw new LatchkeyError('cli.usage', { problem: t('login.needsPassword') });
      const { identity, token } = await withCode(io, code, (given) => signIn(url, email, password, given, io.signal));
      const stored = await readCredentials(io.env);
      const hubs = { ...stored.hubs, [url]: { token: token.secret, tokenId: token.token.id, email } };
      await writeCredentials(io.env, { current: url, hubs });
      const file = credentialsPath(io.env);
      io.result(
        { hub: url, email: identity.technician.email, token: token.token.id, file },
        t('login.done', { name: identity.technician.name, url, file }),
      );
    });
}

/**
 * Signs in with the code that was given, or else with one that is asked for where the hub wants one.
 * @throws LatchkeyError the hub's; `account.codeRequired` where there is no terminal to ask on
 */
async function withCode<R>(io: CliIo, given: string | undefined, run: (code?: string) => Promise<R>): Promise<R> {
  const t = io.localizer.t.bind(io.localizer);
  let code = given;
  for (;;) {
    try {
      return await run(code);
    } catch (error) {
      const known = error instanceof LatchkeyError ? error : undefined;
      const wrong = known?.code === 'account.codeWrong' && given === undefined;
      if (!known || (known.code !== 'account.codeRequired' && !wrong)) throw error;
      if (wrong) io.note(t(known.code));
      code = await io.readSecret(t('login.codePrompt'));
      if (code === undefined) {
        io.note(t('login.needsCode'));
        throw error;
      }
    }
  }
}

async function signIn(url: string, email: string, password: string, code: string | undefined, signal: AbortSignal) {
  let response: Response;
  try {
    response = await fetch(new URL(signInPath, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        email,
        password,
        ...(code !== undefined && { code }),
        token: { name: `latchkey on ${hostname()}`.slice(0, 64) },
      }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    });
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error & { code?: string } };
    throw new LatchkeyError(
      'hub.unreachable',
      { url, reason: cause?.message || cause?.code || message },
      { cause: error },
    );
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const error = LatchkeyError.fromData((body as { error?: unknown } | undefined)?.error);
    throw error ?? new LatchkeyError('hub.unreachable', { url, reason: `HTTP ${response.status}` });
  }
  const { identity, token } = signInResult.parse(body);
  if (!token) throw new LatchkeyError('internal', { reference: 'sign-in' });
  return { identity, token };
}
