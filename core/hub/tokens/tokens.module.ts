import { ContainerModule } from 'inversify';
import { Store } from '../store/store.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { TokenHandlers } from './token-handlers.ts';
import { TokenService } from './token-service.ts';

export const tokensModule = new ContainerModule(({ bind }) => {
  bind(TokenService)
    .toResolvedValue((store: Store) => new TokenService(store), [Store])
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue((tokens: TokenService) => new TokenHandlers(tokens), [TokenService])
    .inSingletonScope();
});
