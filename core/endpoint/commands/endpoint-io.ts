import { Localizer, type Language } from '#core/base/l10n/localizer.ts';
import errorsDe from '#core/base/l10n/errors.de.json' with { type: 'json' };
import errorsEn from '#core/base/l10n/errors.en.json' with { type: 'json' };
import errorsFr from '#core/base/l10n/errors.fr.json' with { type: 'json' };
import de from '../l10n/de.json' with { type: 'json' };
import en from '../l10n/en.json' with { type: 'json' };
import fr from '../l10n/fr.json' with { type: 'json' };

const catalogues = { en: { ...en, ...errorsEn }, fr: { ...fr, ...errorsFr }, de: { ...de, ...errorsDe } };

/** The endpoint's own texts and those of errors. */
export function endpointTexts(language: Language, platform: NodeJS.Platform = process.platform): Localizer {
  const texts = catalogues[language];
  // Nobody there knows sudo.
  const own = platform === 'win32' ? [{ 'endpoint.needsRoot': texts['windows.needsRoot'] }] : [];
  return new Localizer(language, ...own, texts, catalogues.en);
}

/** What a command of the endpoint has of the world. */
export interface EndpointIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly localizer: { readonly language: Language };
  /** The command's result: `value` for a program, `text` for a person. At most once. */
  result(value: unknown, text: string): void;
  /** A line beside the result. */
  note(text: string): void;
  /** Aborted when the command is to end. */
  readonly signal: AbortSignal;
}
