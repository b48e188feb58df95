import { ContainerModule } from 'inversify';
import { HubPart } from '../hub-part.ts';
import { Store } from '../store/store.ts';
import { HubKeys } from './hub-keys.ts';

export const keysModule = new ContainerModule(({ bind }) => {
  bind(HubKeys)
    .toResolvedValue((store: Store) => new HubKeys(store), [Store])
    .inSingletonScope();
  bind(HubPart).toService(HubKeys);
});
