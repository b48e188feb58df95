import { ContainerModule } from 'inversify';
import { ConfigurationService } from '../configuration/configuration-service.ts';
import { DisplayLanguage } from './display-language.ts';
import { LocalizationService } from './localization-service.ts';

export const l10nModule = new ContainerModule(({ bind }) => {
  bind(LocalizationService).toSelf().inSingletonScope();
  bind(DisplayLanguage)
    .toResolvedValue(
      (configuration: ConfigurationService, l10n: LocalizationService) => new DisplayLanguage(configuration, l10n),
      [ConfigurationService, LocalizationService],
    )
    .inSingletonScope();
});
