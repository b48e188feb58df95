import type { Observable } from 'rxjs';
import { signInPath, signOutPath, type Identity } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { HubConnection } from '../connection/hub-connection.ts';

/** Who is signed in; signing in and out. */
export class AccountService {
  private readonly connection: HubConnection;

  constructor(connection: HubConnection) {
    this.connection = connection;
  }

  get identity(): Identity | undefined {
    return this.connection.identity;
  }

  /** Whether a sign-in has ended that nobody ended in this window: it ran out, or was ended elsewhere. */
  get signInEnded(): boolean {
    return this.connection.currentStatus.ended ?? false;
  }

  get identity$(): Observable<Identity | undefined> {
    return this.connection.identity$;
  }

  /**
   * Signs in with e-mail and password in a browser (the hub sets the session's cookie) and connects.
   * @param code of the authenticator, or a recovery code: where the hub has asked for one
   * @throws LatchkeyError `account.wrongPassword`, `account.codeRequired`, `account.codeWrong`, `account.tooManyAttempts`,
   *   `account.disabled`, `hub.unreachable`
   */
  async signIn(email: string, password: string, code?: string): Promise<void> {
    await this.post(signInPath, { email, password, ...(code !== undefined && { code }) });
    this.connection.retry();
  }

  /** Ends the session; the hub hangs up on every window that shares it. */
  async signOut(): Promise<void> {
    this.connection.leave();
    await this.post(signOutPath, {});
  }

  private async post(path: string, body: unknown): Promise<void> {
    const url = this.connection.url;
    let response: Response;
    try {
      response = await fetch(new URL(path, url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    } catch (error) {
      throw new LatchkeyError('hub.unreachable', { url, reason: (error as Error).message }, { cause: error });
    }
    if (response.ok) return;
    const answer = (await response.json().catch(() => undefined)) as { error?: unknown } | undefined;
    throw (
      LatchkeyError.fromData(answer?.error) ??
      new LatchkeyError('hub.unreachable', { url, reason: `HTTP ${response.status}` })
    );
  }
}
