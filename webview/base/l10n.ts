import { BehaviorSubject, type Observable } from 'rxjs';
import { Localizer, type Catalogue, type Language, type MessageArguments } from '#core/base/l10n/localizer.ts';
import { LatchkeyError } from '#protocol/errors.ts';

type Loaded = { default: Catalogue };

/** The catalogues of the page and of the workbench's core, by language; only those that are shown are loaded. */
const catalogues: Record<Language, () => Promise<Loaded[]>> = {
  en: () =>
    Promise.all([
      import('../l10n/en.json'),
      import('../l10n/pages.en.json'),
      import('../l10n/sessions.en.json'),
      import('#core/workbench/l10n/en.json'),
      import('#core/base/l10n/errors.en.json'),
    ]),
  fr: () =>
    Promise.all([
      import('../l10n/fr.json'),
      import('../l10n/pages.fr.json'),
      import('../l10n/sessions.fr.json'),
      import('#core/workbench/l10n/fr.json'),
      import('#core/base/l10n/errors.fr.json'),
    ]),
  de: () =>
    Promise.all([
      import('../l10n/de.json'),
      import('../l10n/pages.de.json'),
      import('../l10n/sessions.de.json'),
      import('#core/workbench/l10n/de.json'),
      import('#core/base/l10n/errors.de.json'),
    ]),
};

const current = new BehaviorSubject(new Localizer('en'));

/** Emits at each switch of the language, once its texts are there. */
export const localizer$: Observable<Localizer> = current;

export const currentLanguage = (): Language => current.value.language;

/**
 * Loads a language's texts and shows them everywhere at once.
 * @param before called when they are there, before anything is drawn anew: to switch what else is shown
 */
export async function showLanguage(language: Language, before?: () => void): Promise<void> {
  const own = merge(await catalogues[language]());
  const english = language === 'en' ? own : merge(await catalogues.en());
  before?.();
  current.next(new Localizer(language, own, english));
  document.documentElement.lang = language;
}

const merge = (loaded: readonly Loaded[]): Catalogue => Object.assign({}, ...loaded.map((each) => each.default));

/** The text of a key in the language that is shown now. */
export const t = (key: string, args?: MessageArguments): string => current.value.t(key, args);

/** What a person is told of an error: its own text where it has a code, else that something went wrong, and what. */
export function errorText(error: unknown): string {
  if (error instanceof LatchkeyError) return t(error.code, error.args);
  const message = error instanceof Error ? error.message : String(error);
  return t('error.unexpected', { message });
}

const formats = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

function cached<F extends Intl.DateTimeFormat | Intl.NumberFormat>(kind: string, make: () => F): F {
  const key = `${currentLanguage()} ${kind}`;
  let format = formats.get(key) as F | undefined;
  if (!format) formats.set(key, (format = make()));
  return format;
}

/** A number as the language writes it: `1,204`, `1 204`, `1.204`. */
export const formatNumber = (value: number): string =>
  cached('number', () => new Intl.NumberFormat(currentLanguage())).format(value);

/** A moment (milliseconds since 1970) with date and time, in the person's own time zone. */
export const formatDateTime = (value: number): string =>
  cached(
    'dateTime',
    () => new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'medium', timeStyle: 'short' }),
  ).format(value);
