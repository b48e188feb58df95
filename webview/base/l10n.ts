import { BehaviorSubject, type Observable } from 'rxjs';
import { Localizer, type Language, type MessageArguments } from '#core/base/l10n/localizer.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { catalogues } from './catalogues.ts';

const current = new BehaviorSubject(new Localizer('en'));

/** Emits at each switch of the language, once its texts are there. */
export const localizer$: Observable<Localizer> = current;

export const currentLanguage = (): Language => current.value.language;

/**
 * Loads a language's texts and shows them everywhere at once.
 * @param before called when they are there, before anything is drawn anew: to switch what else is shown
 */
export async function showLanguage(language: Language, before?: () => void): Promise<void> {
  const [own, english] = await Promise.all([catalogues[language](), catalogues.en()]);
  before?.();
  current.next(new Localizer(language, own.default, english.default));
  document.documentElement.lang = language;
}

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
