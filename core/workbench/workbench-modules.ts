import type { ContainerModule } from 'inversify';
import { accountsModule } from './accounts/accounts.module.ts';
import { assignmentRulesModule } from './assignment-rules/assignment-rules.module.ts';
import { commandsModule } from './commands/commands.module.ts';
import { configurationModule } from './configuration/configuration.module.ts';
import { connectionModule } from './connection/connection.module.ts';
import type { HubConnectionOptions } from './connection/hub-connection.ts';
import type { HubSocketOpener } from './connection/hub-socket.ts';
import { contextKeysModule } from './context-keys/context-keys.module.ts';
import { deviceActionsModule } from './device-actions/device-actions.module.ts';
import { deviceViewsModule } from './device-views/device-views.module.ts';
import { deviceMatchesModule } from './device-matches/device-matches.module.ts';
import { devicesModule } from './devices/devices.module.ts';
import type { ReplicaStorage } from './devices/replica-storage.ts';
import type { Confirmer } from './dialogs/confirmer.ts';
import { dialogsModule } from './dialogs/dialogs.module.ts';
import { editorsModule } from './editors/editors.module.ts';
import { enrolmentModule } from './enrolment/enrolment.module.ts';
import { extensionsModule } from './extensions/extensions.module.ts';
import { groupsModule } from './groups/groups.module.ts';
import { keptActionsModule } from './kept-actions/kept-actions.module.ts';
import { keybindingsModule } from './keybindings/keybindings.module.ts';
import { l10nModule } from './l10n/l10n.module.ts';
import { layoutModule } from './layout/layout.module.ts';
import { menusModule } from './menus/menus.module.ts';
import { notificationsModule } from './notifications/notifications.module.ts';
import { permissionsModule } from './permissions/permissions.module.ts';
import { profileModule } from './profile/profile.module.ts';
import { progressModule } from './progress/progress.module.ts';
import { quickInputModule } from './quick-input/quick-input.module.ts';
import { rollOutsModule } from './roll-outs/roll-outs.module.ts';
import { selectionModule } from './selection/selection.module.ts';
import { sessionsModule } from './sessions/sessions.module.ts';
import { setUpsModule } from './set-ups/set-ups.module.ts';
import { storageModule } from './storage/storage.module.ts';
import type { KeyValueStorage } from './storage/workbench-storage.ts';
import { themesModule } from './themes/themes.module.ts';
import { viewsModule } from './views/views.module.ts';

/** What differs between a browser and the command line. */
export interface WorkbenchSurroundings {
  readonly opener: HubSocketOpener;
  /** How it pings and comes back, where that is not as usual. */
  readonly connection?: HubConnectionOptions | undefined;
  readonly replicaStorage: ReplicaStorage;
  readonly storage: KeyValueStorage;
  readonly platform: { readonly mac: boolean };
  /** Asks a person whether to go on; without it nobody is there to be asked. */
  readonly confirm?: Confirmer | undefined;
}

/** All services of the workbench: `new Container().load(...workbenchModules(surroundings))`. */
export const workbenchModules = (surroundings: WorkbenchSurroundings): ContainerModule[] => [
  accountsModule,
  assignmentRulesModule,
  commandsModule,
  configurationModule,
  connectionModule(surroundings.opener, surroundings.connection),
  contextKeysModule,
  deviceActionsModule,
  deviceMatchesModule,
  deviceViewsModule,
  devicesModule(surroundings.replicaStorage),
  dialogsModule(surroundings.confirm),
  editorsModule,
  enrolmentModule,
  extensionsModule,
  groupsModule,
  keptActionsModule,
  keybindingsModule(surroundings.platform),
  l10nModule,
  layoutModule,
  menusModule,
  notificationsModule,
  permissionsModule,
  profileModule,
  progressModule,
  quickInputModule,
  rollOutsModule,
  selectionModule,
  sessionsModule,
  setUpsModule,
  storageModule(surroundings.storage),
  themesModule,
  viewsModule,
];
