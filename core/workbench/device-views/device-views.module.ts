import { ContainerModule } from 'inversify';
import { ConfigurationService } from '../configuration/configuration-service.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { SavedViews } from './saved-views.ts';

export const deviceViewsModule = new ContainerModule(({ bind }) => {
  bind(SavedViews)
    .toResolvedValue(
      (configuration: ConfigurationService, l10n: LocalizationService) => new SavedViews(configuration, l10n),
      [ConfigurationService, LocalizationService],
    )
    .inSingletonScope();
});
