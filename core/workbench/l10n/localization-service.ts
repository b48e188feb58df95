import { BehaviorSubject, type Observable } from 'rxjs';
import errorsDe from '#core/base/l10n/errors.de.json' with { type: 'json' };
import errorsEn from '#core/base/l10n/errors.en.json' with { type: 'json' };
import errorsFr from '#core/base/l10n/errors.fr.json' with { type: 'json' };
import { Localizer, type Catalogue, type Language, type MessageArguments } from '#core/base/l10n/localizer.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import de from './de.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };
import fr from './fr.json' with { type: 'json' };
import identityDe from './identity.de.json' with { type: 'json' };
import identityEn from './identity.en.json' with { type: 'json' };
import identityFr from './identity.fr.json' with { type: 'json' };
import sessionsDe from './sessions.de.json' with { type: 'json' };
import sessionsEn from './sessions.en.json' with { type: 'json' };
import sessionsFr from './sessions.fr.json' with { type: 'json' };

/** Put together when a language is first shown: a page opens with one of them. */
const catalogues: Record<Language, () => Catalogue> = {
  en: () => ({ ...errorsEn, ...identityEn, ...sessionsEn, ...en }),
  fr: () => ({ ...errorsFr, ...identityFr, ...sessionsFr, ...fr }),
  de: () => ({ ...errorsDe, ...identityDe, ...sessionsDe, ...de }),
};

/** The language that the workbench speaks now, and its own texts in it. */
export class LocalizationService {
  private readonly localizer = new BehaviorSubject(new Localizer('en', catalogues.en()));

  /** Emits now and at each switch. */
  readonly localizer$: Observable<Localizer> = this.localizer;

  get language(): Language {
    return this.localizer.value.language;
  }

  /** Switches live: whoever shows a text looks it up again. */
  setLanguage(language: Language): void {
    if (language !== this.language)
      this.localizer.next(new Localizer(language, catalogues[language](), catalogues.en()));
  }

  /** The text of a key of this folder's catalogues, or of an error code. */
  t(key: string, args?: MessageArguments): string {
    return this.localizer.value.t(key, args);
  }

  /** `%key%` looked up, any other text as it is: what contributors of the core pass as `localize`. */
  readonly localize = (text: string): string => {
    const key = /^%(.+)%$/.exec(text)?.[1];
    return key === undefined ? text : this.t(key);
  };

  /** What a person is told of an error: its own text where it has a code, else that something unexpected happened. */
  describeError(error: unknown): string {
    if (error instanceof LatchkeyError) return this.t(error.code, error.args);
    return this.t('error.unexpected', { message: error instanceof Error ? error.message : String(error) });
  }
}
