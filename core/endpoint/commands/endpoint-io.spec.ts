import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { languages } from '#core/base/l10n/localizer.ts';
import { endpointTexts } from './endpoint-io.ts';

describe('endpoint texts', () => {
  for (const language of languages)
    it(`P2 say how to have an administrator’s rights as that system has them (${language})`, () => {
      const text = (platform: NodeJS.Platform): string => endpointTexts(language, platform).t('endpoint.needsRoot');
      assert.match(text('linux'), /sudo/);
      assert.match(text('win32'), /[Aa]dministrat/);
      assert.doesNotMatch(text('win32'), /sudo|[.]needs/);
    });
});
