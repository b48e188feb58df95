import { ContainerModule } from 'inversify';
import { CoreCommands } from '../commands/core-command.ts';
import { HubConnection } from '../connection/hub-connection.ts';
import { DeviceReplica } from '../devices/device-replica.ts';
import { EditorService } from '../editors/editor-service.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { ProgressService } from '../progress/progress-service.ts';
import { QuickInputService } from '../quick-input/quick-input-service.ts';
import { SetUpService } from '../set-ups/set-up-service.ts';
import { FileService } from './file-service.ts';
import { sessionCommands } from './session-commands.ts';
import { SessionContext } from './session-context.ts';
import { SessionNames } from './session-names.ts';
import { SessionService } from './session-service.ts';
import { TerminalService } from './terminal-service.ts';

export const sessionsModule = new ContainerModule(({ bind }) => {
  bind(SessionService)
    .toResolvedValue((connection: HubConnection) => new SessionService(connection), [HubConnection])
    .inSingletonScope();
  bind(SessionNames)
    .toResolvedValue(
      (sessions: SessionService, replica: DeviceReplica, l10n: LocalizationService) =>
        new SessionNames(sessions, replica, l10n),
      [SessionService, DeviceReplica, LocalizationService],
    )
    .inSingletonScope();
  bind(SessionContext)
    .toResolvedValue(
      (sessions: SessionService, setUps: SetUpService) => new SessionContext(sessions, setUps),
      [SessionService, SetUpService],
    )
    .inSingletonScope();
  bind(TerminalService)
    .toResolvedValue(
      (connection: HubConnection, sessions: SessionService) => new TerminalService(connection, sessions),
      [HubConnection, SessionService],
    )
    .inSingletonScope();
  bind(FileService)
    .toResolvedValue(
      (connection: HubConnection, sessions: SessionService, progress: ProgressService, l10n: LocalizationService) =>
        new FileService(connection, sessions, progress, l10n),
      [HubConnection, SessionService, ProgressService, LocalizationService],
    )
    .inSingletonScope();
  bind<CoreCommands>(CoreCommands)
    .toResolvedValue(sessionCommands, [
      SessionService,
      SessionNames,
      TerminalService,
      EditorService,
      QuickInputService,
      LocalizationService,
    ])
    .inSingletonScope();
});
