import { ContainerModule } from 'inversify';
import { HubConnection, type HubConnectionOptions } from './hub-connection.ts';
import { HubSocketOpener } from './hub-socket.ts';

export const connectionModule = (opener: HubSocketOpener, options?: HubConnectionOptions): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(HubSocketOpener).toConstantValue(opener);
    bind(HubConnection)
      .toResolvedValue((way: HubSocketOpener) => new HubConnection(way, options), [HubSocketOpener])
      .inSingletonScope();
  });
