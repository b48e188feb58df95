import { pageTexts } from '../customer/page-texts.ts';

export const loadTexts = pageTexts({
  en: () => import('./l10n/en.json'),
  fr: () => import('./l10n/fr.json'),
  de: () => import('./l10n/de.json'),
});
