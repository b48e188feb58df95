import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LatchkeyError } from '#protocol/errors.ts';
import { languages } from '#core/base/l10n/localizer.ts';
import de from './de.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };
import fr from './fr.json' with { type: 'json' };
import identityDe from './identity.de.json' with { type: 'json' };
import identityEn from './identity.en.json' with { type: 'json' };
import identityFr from './identity.fr.json' with { type: 'json' };
import sessionsDe from './sessions.de.json' with { type: 'json' };
import sessionsEn from './sessions.en.json' with { type: 'json' };
import sessionsFr from './sessions.fr.json' with { type: 'json' };
import { LocalizationService } from './localization-service.ts';

const places = (text: string): string[] => [...text.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name!).sort();

describe('The workbench’s texts', () => {
  it('are the same in all languages, with the same places', () => {
    for (const [english, ...others] of [
      [en, fr, de],
      [sessionsEn, sessionsFr, sessionsDe],
      [identityEn, identityFr, identityDe],
    ] as Record<string, string>[][]) {
      for (const other of others) {
        assert.deepEqual(Object.keys(other), Object.keys(english!));
        for (const [key, text] of Object.entries(english!))
          assert.deepEqual(new Set(places(other[key]!)), new Set(places(text)), key);
      }
    }
  });

  it('switch live, with errors', () => {
    const l10n = new LocalizationService();
    const heard: string[] = [];
    l10n.localizer$.subscribe(({ language }) => heard.push(language));
    const error = new LatchkeyError('group.nameTaken', { name: 'Berlin' });
    for (const language of languages) {
      l10n.setLanguage(language);
      assert.match(l10n.describeError(error), /Berlin/);
      assert.match(l10n.describeError(new Error('boom')), /boom/);
      assert.notEqual(l10n.localize('%palette.help%'), 'palette.help');
    }
    assert.deepEqual(heard, ['en', 'fr', 'de']);
    assert.equal(l10n.localize('100 %'), '100 %');
  });
});
