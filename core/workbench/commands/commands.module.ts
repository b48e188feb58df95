import { ContainerModule } from 'inversify';
import { HubConnection } from '../connection/hub-connection.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { DevicePicks } from '../devices/device-picks.ts';
import { DeviceQueries } from '../devices/device-queries.ts';
import { DeviceReplica } from '../devices/device-replica.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { NotificationService } from '../notifications/notification-service.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { ProgressService } from '../progress/progress-service.ts';
import { QuickInputService } from '../quick-input/quick-input-service.ts';
import { SelectionService } from '../selection/selection-service.ts';
import { SessionContext } from '../sessions/session-context.ts';
import { SessionNames } from '../sessions/session-names.ts';
import { WorkbenchStorage } from '../storage/workbench-storage.ts';
import { ArgumentAsker } from './argument-asker.ts';
import { ArgumentResolver } from './argument-resolver.ts';
import { CommandRegistry } from './command-registry.ts';
import { CommandService } from './command-service.ts';
import { CoreCommands } from './core-command.ts';

export const commandsModule = new ContainerModule(({ bind }) => {
  bind(CommandRegistry)
    .toResolvedValue(
      (l10n: LocalizationService, sets: CoreCommands[]) => {
        const registry = new CommandRegistry();
        const contributor = { id: 'latchkey', localize: l10n.localize };
        for (const { body, ...contribution } of sets.flat()) registry.register(contribution, contributor, body);
        return registry;
      },
      [LocalizationService, { serviceIdentifier: CoreCommands, isMultiple: true }],
    )
    .inSingletonScope();
  bind(ArgumentResolver)
    .toResolvedValue(
      (replica: DeviceReplica, queries: DeviceQueries, connection: HubConnection, sessions: SessionNames) =>
        new ArgumentResolver(replica, queries, connection, sessions),
      [DeviceReplica, DeviceQueries, HubConnection, SessionNames],
    )
    .inSingletonScope();
  bind(ArgumentAsker)
    .toResolvedValue(
      (
        quickInput: QuickInputService,
        replica: DeviceReplica,
        picks: DevicePicks,
        resolver: ArgumentResolver,
        l10n: LocalizationService,
        sessions: SessionNames,
      ) => new ArgumentAsker(quickInput, replica, picks, resolver, l10n, sessions),
      [QuickInputService, DeviceReplica, DevicePicks, ArgumentResolver, LocalizationService, SessionNames],
    )
    .inSingletonScope();
  bind(CommandService)
    .toResolvedValue(
      (
        connection: HubConnection,
        registry: CommandRegistry,
        contextKeys: ContextKeyService,
        permissions: PermissionService,
        replica: DeviceReplica,
        selection: SelectionService,
        resolver: ArgumentResolver,
        asker: ArgumentAsker,
        notifications: NotificationService,
        progress: ProgressService,
        l10n: LocalizationService,
        storage: WorkbenchStorage,
        sessions: SessionContext,
      ) =>
        new CommandService({
          connection,
          registry,
          contextKeys,
          permissions,
          replica,
          selection,
          resolver,
          asker,
          notifications,
          progress,
          l10n,
          storage,
          sessions,
        }),
      [
        HubConnection,
        CommandRegistry,
        ContextKeyService,
        PermissionService,
        DeviceReplica,
        SelectionService,
        ArgumentResolver,
        ArgumentAsker,
        NotificationService,
        ProgressService,
        LocalizationService,
        WorkbenchStorage,
        SessionContext,
      ],
    )
    .inSingletonScope();
});
