import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryProfile } from '#core/testing/workbench/memory-profile.ts';
import { ConfigurationService } from '../configuration/configuration-service.ts';
import { coreSettings } from '../configuration/core-settings.ts';
import { DisplayLanguage, type DisplaySurroundings } from './display-language.ts';
import { LocalizationService } from './localization-service.ts';

describe('The language of the workbench', () => {
  async function follow(set: string, surroundings: DisplaySurroundings) {
    const profile = new MemoryProfile();
    await profile.write('settings', set);
    const l10n = new LocalizationService();
    const configuration = new ConfigurationService(profile.service, l10n);
    configuration.register(coreSettings, { id: 'latchkey', localize: l10n.localize });
    const following = await new DisplayLanguage(configuration, l10n).follow(surroundings);
    return { l10n, configuration, following };
  }

  it('is the one set; where that is “auto”, the surroundings’ own; and changes with the setting', async () => {
    const { l10n, configuration, following } = await follow('{"workbench.language":"fr"}', { standard: () => 'de' });
    assert.equal(l10n.language, 'fr');
    await configuration.set('workbench.language', 'en');
    assert.equal(l10n.language, 'en');
    await configuration.set('workbench.language', undefined);
    assert.equal(l10n.language, 'de');
    following.dispose();
    await configuration.set('workbench.language', 'fr');
    assert.equal(l10n.language, 'de');
  });

  it('is switched only when the texts of everything else are there', async () => {
    const loaded = Promise.withResolvers<void>();
    const profile = new MemoryProfile();
    const l10n = new LocalizationService();
    const configuration = new ConfigurationService(profile.service, l10n);
    const following = new DisplayLanguage(configuration, l10n).follow({
      standard: () => 'fr',
      show: async (_, before) => {
        await loaded.promise;
        before();
      },
    });
    assert.equal(l10n.language, 'en');
    loaded.resolve();
    await following;
    assert.equal(l10n.language, 'fr');
  });
});
