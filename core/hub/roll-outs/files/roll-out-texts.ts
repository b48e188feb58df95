import { Localizer, type Language } from '#core/base/l10n/localizer.ts';
import de from '../l10n/de.json' with { type: 'json' };
import en from '../l10n/en.json' with { type: 'json' };
import fr from '../l10n/fr.json' with { type: 'json' };

const catalogues = { en, fr, de };

/** Texts of the files of a roll-out in one language. */
export const rollOutTexts = (language: Language): Localizer => new Localizer(language, catalogues[language], en);

/** Names of the messages that the PowerShell script shows. */
export const scriptMessages: readonly string[] = Object.keys(en).flatMap(
  (key) => /^script\.([A-Z]\w*)$/.exec(key)?.[1] ?? [],
);
