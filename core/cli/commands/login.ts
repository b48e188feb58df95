import { hostname } from 'node:os';
import type { Command } from 'commander';
import { signInPath, signInResult } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { CliIo } from '../cli-io.ts';
import { credentialsPath, defaultHub, hubOrigin, readCredentials, writeCredentials } from '../credentials.ts';

/** `latchkey login`: an API token for this machine, in place of the password. */
export function registerLogin(program: Command, io: CliIo): void {
  const t = io.localizer.t.bind(io.localizer);
  program
    .command('login')
    .description(t('login.description'))
    .option('--hub <url>', t('option.hub'), defaultHub)
    .requiredOption('--email <email>', t('login.email'))
    .option('--password-stdin', t('login.passwordStdin'))
    .action(async ({ hub, email, passwordStdin }: { hub: string; email: string; passwordStdin?: boolean }) => {
      const url = hubOrigin(hub);
      const password = passwordStdin
        ? (await io.readInput()).replace(/\r?\n$/, '')
        : await io.readSecret(t('login.prompt', { email, url }));
      if (password === undefined) throw new LatchkeyError('cli.usage', { problem: t('login.needsPassword') });
      const { identity, token } = await signIn(url, email, password, io.signal);
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

async function signIn(url: string, email: string, password: string, signal: AbortSignal) {
  let response: Response;
  try {
    response = await fetch(new URL(signInPath, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password, token: { name: `latchkey on ${hostname()}`.slice(0, 64) } }),
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
