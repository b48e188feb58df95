import type { IncomingMessage } from 'node:http';
import fastifyCookie from '@fastify/cookie';
import { LatchkeyError } from '#protocol/errors.ts';
import type { HubAddress } from '../http/hub-address.ts';
import type { TokenService } from '../tokens/token-service.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import type { Credential } from './credential.ts';
import type { SignInService } from './sign-in-service.ts';
import type { TechnicianDirectory } from './technician-directory.ts';

export interface Authenticated {
  readonly credential: Credential;
  readonly actor: TechnicianActor;
}

/** Tells who is behind a request, by its API token or its cookie. */
export class Authenticator {
  private readonly signIns: SignInService;
  private readonly tokens: TokenService;
  private readonly directory: TechnicianDirectory;
  private readonly address: HubAddress;

  constructor(signIns: SignInService, tokens: TokenService, directory: TechnicianDirectory, address: HubAddress) {
    this.signIns = signIns;
    this.tokens = tokens;
    this.directory = directory;
    this.address = address;
  }

  /** The cookie that carries a sign-in. Its prefix makes browsers take it over TLS and for this very host alone. */
  get cookieName(): string {
    return this.address.secure ? '__Host-latchkey' : 'latchkey';
  }

  /**
   * @param from the caller's network address: Fastify's `request.ip`
   * @throws LatchkeyError `hub.notSignedIn`, `account.tokenInvalid`, `account.tokenRevoked`, `account.tokenExpired`,
   *   `account.disabled`, `account.twoFactorMissing`
   */
  async authenticate(request: IncomingMessage, from: string): Promise<Authenticated> {
    const { credential } = await this.recognise(request, from);
    return { credential, actor: this.directory.actor(credential.technicianId, from) };
  }

  /**
   * `authenticate` for what a technician may do before two-factor sign-in is set up.
   * @throws LatchkeyError as `authenticate`, but for `account.twoFactorMissing`
   */
  async recognise(request: IncomingMessage, from: string): Promise<Authenticated> {
    const credential = await this.credential(request);
    return { credential, actor: this.directory.setUpActor(credential.technicianId, from) };
  }

  private async credential({ headers }: IncomingMessage): Promise<Credential> {
    const { authorization, cookie } = headers;
    if (authorization !== undefined) {
      const [, token] = /^Bearer +([^\s]+)$/i.exec(authorization) ?? [];
      if (token === undefined) throw new LatchkeyError('account.tokenInvalid');
      return this.tokens.authenticate(token);
    }
    const secret = cookie === undefined ? undefined : fastifyCookie.parse(cookie)[this.cookieName];
    const credential = secret ? await this.signIns.authenticate(secret) : undefined;
    if (!credential) throw new LatchkeyError('hub.notSignedIn', { url: this.address.publicUrl });
    return credential;
  }
}
