import type { Language } from '#core/base/l10n/localizer.ts';
import { DisplayLanguage } from '#core/workbench/l10n/display-language.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { WorkbenchStorage } from '#core/workbench/storage/workbench-storage.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { keptLanguage } from './kept-language.ts';

/** As picked on this machine at the sign-in, else the browser's. */
const standardLanguage = (): Language => keptLanguage(inject(WorkbenchStorage), 'language');

/** Remembers what was picked at the sign-in, for whoever has set nothing. */
export function pickLanguage(language: Language): void {
  inject(WorkbenchStorage).set('language', language);
  inject(LocalizationService).setLanguage(language);
}

/** Shows the technician's language, now and whenever the settings want another. Resolves once the first one is shown. */
export async function followLanguage(): Promise<void> {
  const show = (language: Language, before: () => void): Promise<void> => {
    inject(WorkbenchStorage).set('language.shown', language);
    return showLanguage(language, before);
  };
  await inject(DisplayLanguage).follow({ standard: standardLanguage, show });
}
