import type { Catalogue, Language } from '#core/base/l10n/localizer.ts';

/** The texts of the page and of the workbench's core, by language; only those that are shown are loaded. */
export const catalogues: Record<Language, () => Promise<{ readonly default: Catalogue }>> = {
  en: () => import('../l10n/catalogue.en.ts'),
  fr: () => import('../l10n/catalogue.fr.ts'),
  de: () => import('../l10n/catalogue.de.ts'),
};
