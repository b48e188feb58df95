import { ContainerModule } from 'inversify';
import { LocalizationService } from './localization-service.ts';

export const l10nModule = new ContainerModule(({ bind }) => {
  bind(LocalizationService).toSelf().inSingletonScope();
});
