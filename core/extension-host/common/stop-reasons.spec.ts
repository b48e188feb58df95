import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { stopReasons } from './extension-process.ts';

describe('Why an extension has stopped', () => {
  for (const language of ['en', 'fr', 'de'] as const) {
    it(`is a sentence in ${language}; what the system said stays as it is`, () => {
      const l10n = new LocalizationService();
      l10n.setLanguage(language);
      const told = (reason: string): string =>
        l10n.describeError(new LatchkeyError('extension.crashed', { extension: 'acme', reason }));
      const sentences = stopReasons.map((reason) => told(reason));
      assert.equal(new Set(sentences).size, stopReasons.length);
      for (const [index, sentence] of sentences.entries()) {
        assert.match(sentence, /acme.*: .{10,}\.$/);
        assert.doesNotMatch(sentence, new RegExp(`: ${stopReasons[index]}$`));
      }
      assert.match(told('SIGKILL'), /: SIGKILL$/);
      const threw = new LatchkeyError('extension.failed', { extension: 'acme', message: 'threw' });
      assert.doesNotMatch(l10n.describeError(threw), /^threw/);
    });
  }
});
