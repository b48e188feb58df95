import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Localizer, type Catalogue } from '#core/base/l10n/localizer.ts';

const read = (set: string, language: string): Catalogue =>
  JSON.parse(readFileSync(new URL(`./${set}.${language}.json`, import.meta.url), 'utf8')) as Catalogue;
const cases = ['device-table', 'pages', 'sessions', 'dashboard', 'identity'].flatMap((set) =>
  (['en', 'fr', 'de'] as const).map((language) => ({ set, language })),
);
const places = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1]!))].sort();

for (const { set, language } of cases) {
  const english = read(set, 'en');
  test(`the texts of ${set} in ${language}: the same keys and places as in English, all well formed`, () => {
    const texts = read(set, language);
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort());
    const localizer = new Localizer(language, texts);
    for (const [key, text] of Object.entries(texts)) {
      const names = places(english[key]!).filter((name) => !['No', 'Aucun', 'Kein'].includes(name));
      for (const name of names.filter((each) => new RegExp(`\\{${each}[,}]`).test(english[key]!)))
        assert.match(text, new RegExp(`\\{${name}[,}]`), `${language} ${key}: ${name}`);
      assert.notEqual(localizer.t(key, Object.fromEntries(names.map((name) => [name, 2]))), '', key);
    }
  });
}
