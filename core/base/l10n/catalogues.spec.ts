import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { errorCodes } from '#protocol/errors.ts';

const read = (file: string): Record<string, string> => JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;

/** The names that a message takes, so that no language lacks or invents one. */
function places(elements: readonly MessageFormatElement[], into = new Set<string>()): Set<string> {
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
    into.add(element.value);
    if (element.type === TYPE.plural || element.type === TYPE.select) {
      for (const option of Object.values(element.options)) places(option.value, into);
    }
  }
  return into;
}
const placesOf = (text: string): string[] => [...places(parse(text, { ignoreTag: true }))].sort();

/** English files, and how the same file is named in another language. */
const families = [
  ...globSync('{core,webview}/**/l10n/{*.en,en}.json').map((file) => ({
    file,
    inLanguage: (language: string) => file.replace(/\ben\.json$/, `${language}.json`),
  })),
  ...globSync('extensions/*/package.nls.json').map((file) => ({
    file,
    inLanguage: (language: string) => file.replace(/\.json$/, `.${language}.json`),
  })),
];

describe('texts in English, French and German', () => {
  it('stand in one catalogue of those that a page shows together', () => {
    const together = ['webview/l10n/en', 'webview/l10n/pages.en', 'core/workbench/l10n/en', 'core/base/l10n/errors.en'];
    const keys = together.flatMap((file) => Object.keys(read(`${file}.json`)));
    assert.deepEqual(
      keys.filter((key, at) => keys.indexOf(key) !== at),
      [],
    );
  });

  for (const { file, inLanguage } of families) {
    for (const language of ['fr', 'de']) {
      it(`${inLanguage(language)} has the keys and places of ${file}`, () => {
        const english = read(file);
        const translated = read(inLanguage(language));
        assert.deepEqual(Object.keys(translated).sort(), Object.keys(english).sort());
        for (const [key, text] of Object.entries(english)) {
          assert.deepEqual(placesOf(translated[key] ?? ''), placesOf(text), key);
        }
      });
    }
  }

  it('every error has a text', () => {
    assert.deepEqual(Object.keys(read('core/base/l10n/errors.en.json')).sort(), Object.keys(errorCodes).sort());
  });
});
