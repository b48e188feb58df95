import { ContainerModule } from 'inversify';
import { ConfigurationService } from '../configuration/configuration-service.ts';
import { ThemeService } from './theme-service.ts';

export const themesModule = new ContainerModule(({ bind }) => {
  bind(ThemeService)
    .toResolvedValue((configuration: ConfigurationService) => new ThemeService(configuration), [ConfigurationService])
    .inSingletonScope();
});
