import { ContainerModule } from 'inversify';
import { HubOptions } from '../hub-options.ts';
import { HubPart } from '../hub-part.ts';
import { HubLogger } from '../log/logger.ts';
import { PresenceTracker } from '../presence/presence-tracker.ts';
import { Store } from '../store/store.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { FleetHistoryHandlers } from './fleet-history-handlers.ts';
import { FleetHistory } from './fleet-history.ts';

export const fleetHistoryModule = new ContainerModule(({ bind }) => {
  bind(FleetHistory)
    .toResolvedValue(
      (store: Store, presence: PresenceTracker, logger: HubLogger, { now = Date.now }: HubOptions) => {
        const onError = (error: unknown): void => logger.error({ err: error }, 'The devices were not counted');
        return new FleetHistory({ store, presence, now, onError });
      },
      [Store, PresenceTracker, HubLogger, HubOptions],
    )
    .inSingletonScope();
  bind(HubPart).toService(FleetHistory);
  bind(WorkbenchHandlers)
    .toResolvedValue((history: FleetHistory) => new FleetHistoryHandlers(history), [FleetHistory])
    .inSingletonScope();
});
