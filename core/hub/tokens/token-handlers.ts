import { tokenRequests } from '#protocol/accounts.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { TokenService } from './token-service.ts';

export class TokenHandlers implements WorkbenchHandlers {
  private readonly tokens: TokenService;

  constructor(tokens: TokenService) {
    this.tokens = tokens;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(tokenRequests.list, (_, { actor }) => this.tokens.list(actor));
    registry.handle(tokenRequests.create, ({ name, expiresAt }, { actor }) =>
      this.tokens.create(actor, name, expiresAt),
    );
    registry.handle(tokenRequests.revoke, ({ token }, { actor }) => this.tokens.revoke(actor, token));
  }
}
