import type { TextLoader } from '../customer/texts.ts';

const files: Record<'en' | 'fr' | 'de', () => ReturnType<TextLoader>> = {
  en: () =>
    Promise.all([
      import('#core/base/l10n/errors.en.json'),
      import('../customer/l10n/en.json'),
      import('./l10n/en.json'),
    ]),
  fr: () =>
    Promise.all([
      import('#core/base/l10n/errors.fr.json'),
      import('../customer/l10n/fr.json'),
      import('./l10n/fr.json'),
    ]),
  de: () =>
    Promise.all([
      import('#core/base/l10n/errors.de.json'),
      import('../customer/l10n/de.json'),
      import('./l10n/de.json'),
    ]),
};

export const loadTexts: TextLoader = (language) => files[language]();
