import { ContainerModule } from 'inversify';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { HubPart } from '../hub-part.ts';
import { HubLogger } from '../log/logger.ts';
import { Store } from '../store/store.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { LastSeenWriter } from './last-seen-writer.ts';
import { PresenceFeed } from './presence-feed.ts';
import { PresenceHandlers } from './presence-handlers.ts';
import { PresenceTracker } from './presence-tracker.ts';

export const presenceModule = new ContainerModule(({ bind }) => {
  bind(PresenceTracker)
    .toResolvedValue(() => new PresenceTracker(), [])
    .inSingletonScope();
  bind(PresenceFeed)
    .toResolvedValue(
      (presence: PresenceTracker, directory: TechnicianDirectory, connections: WorkbenchConnections) =>
        new PresenceFeed(presence, directory, connections),
      [PresenceTracker, TechnicianDirectory, WorkbenchConnections],
    )
    .inSingletonScope();
  bind(HubPart).toService(PresenceFeed);
  bind(LastSeenWriter)
    .toResolvedValue(
      (store: Store, presence: PresenceTracker, logger: HubLogger) =>
        new LastSeenWriter(store, presence, (error) => logger.error({ err: error }, 'Last contacts were not written')),
      [Store, PresenceTracker, HubLogger],
    )
    .inSingletonScope();
  bind(HubPart).toService(LastSeenWriter);
  bind(WorkbenchHandlers)
    .toResolvedValue((feed: PresenceFeed) => new PresenceHandlers(feed), [PresenceFeed])
    .inSingletonScope();
});
