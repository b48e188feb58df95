import { LatchkeyError } from '#protocol/errors.ts';
import { signInBody, signInResult, type SignInResult } from '#protocol/accounts.ts';

/**
 * Signs in at the hub that the page came from; the session is kept by its cookie.
 *
 * @throws LatchkeyError what the hub answered, `rpc.invalidParams` where the e-mail address is none, `hub.unreachable`
 *   where it did not answer
 */
export async function signIn(email: string, password: string): Promise<SignInResult> {
  const body = signInBody.safeParse({ email, password });
  if (!body.success) throw new LatchkeyError('rpc.invalidParams', { method: 'sign-in', problem: 'email' });
  return signInResult.parse(await post('/api/sign-in', body.data));
}

/** Ends the session of this browser. */
export async function signOut(): Promise<void> {
  await post('/api/sign-out', {});
}

async function post(path: string, body: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
  } catch (error) {
    throw unreachable(error instanceof Error ? error.message : String(error));
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const known = LatchkeyError.fromData((answer as { error?: unknown } | undefined)?.error);
  throw known ?? unreachable(`HTTP ${response.status}`);
}

const unreachable = (reason: string): LatchkeyError =>
  new LatchkeyError('hub.unreachable', { url: location.origin, reason });
