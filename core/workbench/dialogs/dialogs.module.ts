import { ContainerModule } from 'inversify';
import { Confirmer } from './confirmer.ts';

/** @param confirm asks whoever uses the workbench; the program has decided where nobody does */
export const dialogsModule = (confirm: Confirmer = async () => true): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind<Confirmer>(Confirmer).toConstantValue(confirm);
  });
