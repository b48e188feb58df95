import errorsDe from '#core/base/l10n/errors.de.json' with { type: 'json' };
import errorsEn from '#core/base/l10n/errors.en.json' with { type: 'json' };
import errorsFr from '#core/base/l10n/errors.fr.json' with { type: 'json' };
import { Localizer, type Language, type MessageArguments } from '#core/base/l10n/localizer.ts';
import de from './l10n/de.json' with { type: 'json' };
import en from './l10n/en.json' with { type: 'json' };
import fr from './l10n/fr.json' with { type: 'json' };

const catalogues = { en: { ...en, ...errorsEn }, fr: { ...fr, ...errorsFr }, de: { ...de, ...errorsDe } };

/** The command line's texts, and those of all errors. Whoever holds it speaks the new language after a switch. */
export class CliLocalizer {
  private localizer: Localizer;

  constructor(language: Language) {
    this.localizer = new Localizer(language, catalogues[language], catalogues.en);
  }

  get language(): Language {
    return this.localizer.language;
  }

  setLanguage(language: Language): void {
    if (language !== this.language) this.localizer = new Localizer(language, catalogues[language], catalogues.en);
  }

  t(key: string, args?: MessageArguments): string {
    return this.localizer.t(key, args);
  }
}
