import { ContainerModule } from 'inversify';
import { Authenticator } from '../accounts/authenticator.ts';
import { HttpRoutes } from '../http/http-routes.ts';
import { HubOptions } from '../hub-options.ts';
import { HubPart } from '../hub-part.ts';
import { HubLogger } from '../log/logger.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { ExtensionHandlers } from './extension-handlers.ts';
import { ExtensionRoutes } from './extension-routes.ts';
import { ExtensionService } from './extension-service.ts';

export const extensionsModule = new ContainerModule(({ bind }) => {
  bind(ExtensionService)
    .toResolvedValue(
      (options: HubOptions, logger: HubLogger) => new ExtensionService(options, logger),
      [HubOptions, HubLogger],
    )
    .inSingletonScope();
  bind(HubPart)
    .toResolvedValue((extensions: ExtensionService) => extensions, [ExtensionService])
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue((extensions: ExtensionService) => new ExtensionHandlers(extensions), [ExtensionService])
    .inSingletonScope();
  bind(HttpRoutes)
    .toResolvedValue(
      (extensions: ExtensionService, authenticator: Authenticator) => new ExtensionRoutes(extensions, authenticator),
      [ExtensionService, Authenticator],
    )
    .inSingletonScope();
});
