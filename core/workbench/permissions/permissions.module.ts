import { ContainerModule } from 'inversify';
import { HubConnection } from '../connection/hub-connection.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { PermissionService } from './permission-service.ts';

export const permissionsModule = new ContainerModule(({ bind }) => {
  bind(PermissionService)
    .toResolvedValue(
      (connection: HubConnection, contextKeys: ContextKeyService, l10n: LocalizationService) =>
        new PermissionService(connection, contextKeys, l10n),
      [HubConnection, ContextKeyService, LocalizationService],
    )
    .inSingletonScope();
});
