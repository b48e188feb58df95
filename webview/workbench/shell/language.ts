import { distinctUntilChanged, map, startWith } from 'rxjs';
import { chooseLanguage, languages, type Language } from '#core/base/l10n/localizer.ts';
import { ConfigurationService } from '#core/workbench/configuration/configuration-service.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { WorkbenchStorage } from '#core/workbench/storage/workbench-storage.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';

const key = 'language';

/** By the technician's settings; where they say `auto`, as picked on this machine at the sign-in, else the browser's. */
function wantedLanguage(): Language {
  const set = inject(ConfigurationService).get<string>('workbench.language');
  const picked = inject(WorkbenchStorage).get<string>(key);
  return (
    languages.find((each) => each === set) ??
    languages.find((each) => each === picked) ??
    chooseLanguage(navigator.languages)
  );
}

/** The core's and the extensions' texts are switched with the page's, so that nothing is drawn in two languages. */
const show = (language: Language): Promise<void> =>
  showLanguage(language, () => inject(LocalizationService).setLanguage(language));

/** Remembers what was picked at the sign-in, for whoever has set nothing. */
export function pickLanguage(language: Language): void {
  inject(WorkbenchStorage).set(key, language);
  inject(LocalizationService).setLanguage(language);
}

/** Shows the wanted language now, and again whenever the settings want another. Resolves once the first one is shown. */
export async function followLanguage(): Promise<void> {
  await show(wantedLanguage());
  inject(ConfigurationService)
    .changes$.pipe(startWith(undefined), map(wantedLanguage), distinctUntilChanged())
    .subscribe((language) => void show(language));
}
