import fastifyCookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import {
  identityPath,
  signInBody,
  signInPath,
  signOutPath,
  type Identity,
  type SignInResult,
} from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { HubAddress } from '../http/hub-address.ts';
import type { HttpRoutes } from '../http/http-routes.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { TokenService } from '../tokens/token-service.ts';
import type { Authenticator } from './authenticator.ts';
import type { ProofChecker } from './proof-checker.ts';
import type { SignInService } from './sign-in-service.ts';
import type { TechnicianDirectory } from './technician-directory.ts';

export interface SignInRoutesParts {
  readonly proofs: ProofChecker;
  readonly signIns: SignInService;
  readonly tokens: TokenService;
  readonly directory: TechnicianDirectory;
  readonly authenticator: Authenticator;
  readonly address: HubAddress;
  readonly metrics: Metrics;
}

/** `POST /api/sign-in` and `POST /api/sign-out`. */
export class SignInRoutes implements HttpRoutes {
  private readonly parts: SignInRoutesParts;

  constructor(parts: SignInRoutesParts) {
    this.parts = parts;
  }

  async register(app: FastifyInstance): Promise<void> {
    await app.register(fastifyCookie);
    const { proofs, signIns, tokens, directory, authenticator, address, metrics } = this.parts;
    const cookie = { path: '/', httpOnly: true, sameSite: 'strict' } as const;

    app.post(signInPath, async (request, reply): Promise<SignInResult> => {
      const { email, password, code, token } = signInBody.parse(request.body);
      reply.header('cache-control', 'no-store');
      try {
        if (token) {
          const actor = await proofs.signInTechnician(email, { password, code }, request.ip);
          const created = await tokens.create(actor, token.name);
          metrics.signIns.inc({ outcome: 'done' });
          return { identity: directory.get(actor.id)!, token: created };
        }
        const { identity, secret, expiresAt } = await signIns.signIn(email, { password, code }, request.ip);
        const expires = new Date(expiresAt);
        reply.setCookie(authenticator.cookieName, secret, { ...cookie, secure: address.secure, expires });
        metrics.signIns.inc({ outcome: 'done' });
        return { identity };
      } catch (error) {
        // Being asked for the code is the middle of a sign-in.
        const refused = error instanceof LatchkeyError && error.code !== 'account.codeRequired';
        if (refused) metrics.signIns.inc({ outcome: 'refused' });
        throw error;
      }
    });

    app.get(identityPath, async (request, reply): Promise<Identity> => {
      reply.header('cache-control', 'no-store');
      const { credential } = await authenticator.recognise(request.raw, request.ip);
      const identity = directory.get(credential.technicianId);
      if (!identity) throw new LatchkeyError('account.tokenInvalid');
      return identity;
    });

    app.post(signOutPath, async (request, reply) => {
      const { credential } = await authenticator.recognise(request.raw, request.ip);
      if (credential.kind === 'signIn') await signIns.signOut(credential, request.ip);
      return reply
        .clearCookie(authenticator.cookieName, { ...cookie, secure: address.secure })
        .header('cache-control', 'no-store')
        .send({});
    });
  }
}
