import { ContainerModule } from 'inversify';
import { CustomerAppFiles } from '../customer-app/customer-app-files.ts';
import { HttpRoutes } from '../http/http-routes.ts';
import { HubAddress } from '../http/hub-address.ts';
import { HubPart } from '../hub-part.ts';
import { Store } from '../store/store.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { PortalAppearanceService } from './portal-appearance-service.ts';
import { PortalHandlers } from './portal-handlers.ts';
import { PortalRoutes } from './portal-routes.ts';

export const portalModule = new ContainerModule(({ bind }) => {
  bind(PortalAppearanceService)
    .toResolvedValue((store: Store) => new PortalAppearanceService(store), [Store])
    .inSingletonScope();
  bind(HubPart).toService(PortalAppearanceService);
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (appearance: PortalAppearanceService, address: HubAddress) => new PortalHandlers(appearance, address),
      [PortalAppearanceService, HubAddress],
    )
    .inSingletonScope();
  bind(HttpRoutes)
    .toResolvedValue(
      (appearance: PortalAppearanceService, files: CustomerAppFiles) => new PortalRoutes(appearance, files),
      [PortalAppearanceService, CustomerAppFiles],
    )
    .inSingletonScope();
});
