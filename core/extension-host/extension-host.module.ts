import { ContainerModule } from 'inversify';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { ConfigurationService } from '#core/workbench/configuration/configuration-service.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { DeviceActionReport } from '#core/workbench/device-actions/device-action-report.ts';
import { KeepingActions } from '#core/workbench/kept-actions/keeping-actions.ts';
import { KeptActions } from '#core/workbench/kept-actions/kept-actions.ts';
import { DeviceQueries } from '#core/workbench/devices/device-queries.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { ExtensionActivator } from '#core/workbench/extensions/extension-activator.ts';
import { ExtensionLog } from '#core/workbench/extensions/extension-log.ts';
import { ExtensionRegistry } from '#core/workbench/extensions/extension-registry.ts';
import { ViewRefreshes } from '#core/workbench/extensions/view-refreshes.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { NotificationService } from '#core/workbench/notifications/notification-service.ts';
import { ProgressService } from '#core/workbench/progress/progress-service.ts';
import { QuickInputService } from '#core/workbench/quick-input/quick-input-service.ts';
import { RollOutService } from '#core/workbench/roll-outs/roll-out-service.ts';
import { SessionService } from '#core/workbench/sessions/session-service.ts';
import { SetUpService } from '#core/workbench/set-ups/set-up-service.ts';
import { ExtensionStorage } from '#core/workbench/storage/extension-storage.ts';
import { ExtensionHost } from './common/extension-host.ts';
import { ExtensionPlatform } from './common/extension-platform.ts';
import { ExtensionRunner } from './common/extension-process.ts';
import { ExtensionServices } from './common/extension-services.ts';
import { tellOfFalls } from './common/tell-of-falls.ts';
import { WorkbenchExtensionServices } from './common/workbench-extension-services.ts';

/**
 * Runs extensions for a workbench.
 * @param runner `FrameRunner` in a browser, `ChildProcessRunner` in the command line
 */
export const extensionHostModule = (runner: ExtensionRunner, platform: ExtensionPlatform): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(ExtensionRunner).toConstantValue(runner);
    bind(ExtensionPlatform).toConstantValue(platform);
    bind(ExtensionServices)
      .toResolvedValue(
        (
          registry: ExtensionRegistry,
          connection: HubConnection,
          replica: DeviceReplica,
          queries: DeviceQueries,
          commands: CommandService,
          contextKeys: ContextKeyService,
          notifications: NotificationService,
          progress: ProgressService,
          quickInput: QuickInputService,
          editors: EditorService,
          storage: ExtensionStorage,
          log: ExtensionLog,
          l10n: LocalizationService,
          refreshes: ViewRefreshes,
          sessions: SessionService,
          setUps: SetUpService,
          rollOuts: RollOutService,
          actions: KeepingActions,
          kept: KeptActions,
          report: DeviceActionReport,
        ) =>
          new WorkbenchExtensionServices({
            platform,
            registry,
            connection,
            replica,
            queries,
            commands,
            contextKeys,
            notifications,
            progress,
            quickInput,
            editors,
            storage,
            log,
            l10n,
            refreshes,
            sessions,
            setUps,
            rollOuts,
            actions,
            kept,
            report,
          }),
        [
          ExtensionRegistry,
          HubConnection,
          DeviceReplica,
          DeviceQueries,
          CommandService,
          ContextKeyService,
          NotificationService,
          ProgressService,
          QuickInputService,
          EditorService,
          ExtensionStorage,
          ExtensionLog,
          LocalizationService,
          ViewRefreshes,
          SessionService,
          SetUpService,
          RollOutService,
          KeepingActions,
          KeptActions,
          DeviceActionReport,
        ],
      )
      .inSingletonScope();
    bind(ExtensionHost)
      .toResolvedValue(
        (
          registry: ExtensionRegistry,
          services: ExtensionServices,
          configuration: ConfigurationService,
          l10n: LocalizationService,
          notifications: NotificationService,
          log: ExtensionLog,
        ) => {
          const host: ExtensionHost = new ExtensionHost({
            registry,
            runner,
            services,
            l10n,
            settings: {
              valuesOf: ({ properties }) => configuration.valuesOf(Object.keys(properties)),
              changes$: configuration.changes$,
            },
            environment: platform.environment,
            get: (path) => platform.get(path),
            onFall: tellOfFalls({ notifications, l10n, log, restart: (name) => host.restart(name) }),
          });
          return host;
        },
        [
          ExtensionRegistry,
          ExtensionServices,
          ConfigurationService,
          LocalizationService,
          NotificationService,
          ExtensionLog,
        ],
      )
      .inSingletonScope();
    bind(ExtensionActivator)
      .toResolvedValue((host: ExtensionHost) => host, [ExtensionHost])
      .inSingletonScope();
  });
