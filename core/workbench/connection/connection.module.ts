import { ContainerModule } from 'inversify';
import { HubConnection } from './hub-connection.ts';
import { HubSocketOpener } from './hub-socket.ts';

export const connectionModule = (opener: HubSocketOpener): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(HubSocketOpener).toConstantValue(opener);
    bind(HubConnection)
      .toResolvedValue((way: HubSocketOpener) => new HubConnection(way), [HubSocketOpener])
      .inSingletonScope();
  });
