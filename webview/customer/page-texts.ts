import type { TextLoader } from './texts.ts';

type Language = Parameters<TextLoader>[0];
type Catalogue = Awaited<ReturnType<TextLoader>>[number];

const errors: Record<Language, () => Promise<Catalogue>> = {
  en: () => import('#core/base/l10n/errors.en.json'),
  fr: () => import('#core/base/l10n/errors.fr.json'),
  de: () => import('#core/base/l10n/errors.de.json'),
};
const common: Record<Language, () => Promise<Catalogue>> = {
  en: () => import('./l10n/en.json'),
  fr: () => import('./l10n/fr.json'),
  de: () => import('./l10n/de.json'),
};

/** Loads what a page for customers says: its own words, and those that all such pages share. */
export const pageTexts =
  (own: Record<Language, () => Promise<Catalogue>>): TextLoader =>
  (language) =>
    Promise.all([errors[language](), common[language](), own[language]()]);
