import { Container } from 'inversify';
import { firstValueFrom, type Observable } from 'rxjs';
import { filter, timeout } from 'rxjs/operators';
import { HubConnection, type HubConnectionOptions } from '#core/workbench/connection/hub-connection.ts';
import { NoReplicaStorage, type ReplicaStorage } from '#core/workbench/devices/replica-storage.ts';
import type { Confirmer } from '#core/workbench/dialogs/confirmer.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { MemoryKeyValueStorage, type KeyValueStorage } from '#core/workbench/storage/workbench-storage.ts';
import { workbenchModules } from '#core/workbench/workbench-modules.ts';
import type { Device } from '#protocol/devices.ts';
import { whenDone } from '../when-done.ts';
import { ScriptedHub } from './scripted-hub.ts';

export interface TestWorkbenchOptions {
  readonly hub?: ScriptedHub;
  readonly storage?: KeyValueStorage;
  readonly replicaStorage?: ReplicaStorage;
  readonly mac?: boolean;
  readonly confirm?: Confirmer;
  readonly connection?: HubConnectionOptions;
}

/** All services of a workbench, over a hub that a test tells what to say. Not connected yet. */
export async function makeTestWorkbench({
  hub = new ScriptedHub(),
  storage,
  replicaStorage,
  mac = false,
  confirm,
  connection: connectionOptions,
}: TestWorkbenchOptions = {}) {
  const container = new Container();
  container.load(
    ...workbenchModules({
      opener: hub,
      replicaStorage: replicaStorage ?? new NoReplicaStorage(),
      storage: storage ?? new MemoryKeyValueStorage(),
      platform: { mac },
      confirm,
      connection: connectionOptions,
    }),
  );
  const connection = container.get(HubConnection);
  const replica = container.get(DeviceReplica);
  whenDone(async () => {
    replica.dispose();
    connection.dispose();
  });
  const goOnline = async (): Promise<void> => {
    replica.start();
    connection.start();
    await replica.whenLive();
  };
  return { hub, container, connection, replica, goOnline, get: container.get.bind(container) };
}

/** The first value that fits, within two seconds. */
export const until = <T>(source: Observable<T>, fits: (value: T) => boolean): Promise<T> =>
  firstValueFrom(source.pipe(filter(fits), timeout(2000)));

export const testGroup = { id: 'gggggggggggggggg', name: 'Berlin', createdAt: 0 };

/** @param letter makes the identifier */
export const testDevice = (letter: string, change: Partial<Device> = {}): Device => ({
  id: letter.repeat(16),
  group: testGroup.id,
  nickname: null,
  hostName: `pc-${letter}`,
  state: 'active',
  system: { platform: 'windows', name: 'Windows 11 Pro', version: '10' },
  endpointVersion: '1.0.0',
  joinedAt: 0,
  ...change,
});
