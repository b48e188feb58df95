import { ContainerModule } from 'inversify';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { ProfileService } from '../profile/profile-service.ts';
import { defaultKeybindings } from './default-keybindings.ts';
import { KeybindingService } from './keybinding-service.ts';

export const keybindingsModule = (platform: { readonly mac: boolean }): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(KeybindingService)
      .toResolvedValue(
        (contextKeys: ContextKeyService, profile: ProfileService, l10n: LocalizationService) => {
          const service = new KeybindingService(contextKeys, profile, l10n, platform.mac);
          for (const rule of defaultKeybindings) service.register(rule, 'default');
          return service;
        },
        [ContextKeyService, ProfileService, LocalizationService],
      )
      .inSingletonScope();
  });
