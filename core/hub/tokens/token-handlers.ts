import { tokenRequests } from '#protocol/accounts.ts';
import type { Credential } from '../accounts/credential.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { TokenService } from './token-service.ts';

/** A token that ends must not live on in one that it made. */
function atMost(expiresAt: number | null, { kind, expiresAt: own }: Credential): number | null {
  if (kind !== 'token' || own === null) return expiresAt;
  return expiresAt === null ? own : Math.min(expiresAt, own);
}

export class TokenHandlers implements WorkbenchHandlers {
  private readonly tokens: TokenService;

  constructor(tokens: TokenService) {
    this.tokens = tokens;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(tokenRequests.list, ({ technician }, { actor }) => this.tokens.list(actor, technician));
    registry.handle(tokenRequests.create, ({ name, expiresAt }, { actor, connection }) =>
      this.tokens.create(actor, name, atMost(expiresAt, connection.credential)),
    );
    registry.handle(tokenRequests.revoke, ({ token }, { actor }) => this.tokens.revoke(actor, token));
  }
}
