import { ContainerModule } from 'inversify';
import { HubConnection } from '../connection/hub-connection.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { WorkbenchStorage } from '../storage/workbench-storage.ts';
import { DeviceParticulars } from './device-particulars.ts';
import { DevicePicks } from './device-picks.ts';
import { DeviceQueries } from './device-queries.ts';
import { DeviceReplica } from './device-replica.ts';
import { ReplicaStorage } from './replica-storage.ts';

export const devicesModule = (storage: ReplicaStorage): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(ReplicaStorage).toConstantValue(storage);
    bind(DeviceReplica)
      .toResolvedValue(
        (connection: HubConnection, stored: ReplicaStorage, settings: WorkbenchStorage) =>
          new DeviceReplica(connection, stored, settings),
        [HubConnection, ReplicaStorage, WorkbenchStorage],
      )
      .inSingletonScope();
    bind(DeviceParticulars)
      .toResolvedValue(
        (connection: HubConnection, replica: DeviceReplica) => new DeviceParticulars(connection, replica),
        [HubConnection, DeviceReplica],
      )
      .inSingletonScope();
    bind(DeviceQueries)
      .toResolvedValue(
        (
          replica: DeviceReplica,
          l10n: LocalizationService,
          particulars: DeviceParticulars,
          connection: HubConnection,
        ) => new DeviceQueries(replica, l10n, particulars, () => connection.now()),
        [DeviceReplica, LocalizationService, DeviceParticulars, HubConnection],
      )
      .inSingletonScope();
    bind(DevicePicks)
      .toResolvedValue(
        (replica: DeviceReplica, queries: DeviceQueries, l10n: LocalizationService) =>
          new DevicePicks(replica, queries, l10n),
        [DeviceReplica, DeviceQueries, LocalizationService],
      )
      .inSingletonScope();
  });
