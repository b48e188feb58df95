export const languages = ['en', 'fr', 'de'] as const;
export type Language = (typeof languages)[number];

/** The first of the wanted languages (BCP 47, as a browser or `LANG` gives them) that there is; English where none is. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split(/[-_.]/)[0];
    const found = languages.find((language) => language === base);
    if (found) return found;
  }
  return 'en';
}
