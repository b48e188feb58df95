import { chooseLanguage, languages, type Language } from '#core/base/l10n/languages.ts';
import type { WorkbenchStorage } from '#core/workbench/storage/workbench-storage.ts';

/** The language that this machine keeps under `key`: picked at the sign-in, or shown last. Else the browser's. */
export function keptLanguage(storage: WorkbenchStorage, key: 'language' | 'language.shown'): Language {
  const kept = storage.get<string>(key);
  return languages.find((each) => each === kept) ?? chooseLanguage(navigator.languages);
}
