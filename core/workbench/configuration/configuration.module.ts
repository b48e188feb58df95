import { ContainerModule } from 'inversify';
import { LocalizationService } from '../l10n/localization-service.ts';
import { ProfileService } from '../profile/profile-service.ts';
import { ConfigurationService } from './configuration-service.ts';
import { coreSettings } from './core-settings.ts';

export const configurationModule = new ContainerModule(({ bind }) => {
  bind(ConfigurationService)
    .toResolvedValue(
      (profile: ProfileService, l10n: LocalizationService) => {
        const service = new ConfigurationService(profile, l10n);
        service.register(coreSettings, { id: 'latchkey', localize: l10n.localize });
        return service;
      },
      [ProfileService, LocalizationService],
    )
    .inSingletonScope();
});
