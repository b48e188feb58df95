import { BehaviorSubject, type Observable } from 'rxjs';
import {
  chooseLanguage,
  languages,
  Localizer,
  type Catalogue,
  type Language,
  type MessageArguments,
} from '#core/base/l10n/localizer.ts';
import { LatchkeyError } from '#protocol/errors.ts';

/** Loads a page's texts of one language; only those that are shown are loaded. */
export type TextLoader = (language: Language) => Promise<readonly { readonly default: Catalogue }[]>;

/** An error as it comes in a state: its code and arguments. */
export interface Problem {
  readonly code: string;
  readonly args: Readonly<Record<string, string | number>>;
}

const storageKey = 'latchkey.language';
const current = new BehaviorSubject(new Localizer('en'));
let loader: TextLoader = () => Promise.resolve([]);

/** Emits at each switch of the language, once its texts are there. */
export const localizer$: Observable<Localizer> = current;
export const currentLanguage = (): Language => current.value.language;

/** Shows the language that was picked here before, else the first of the browser's own that there is. */
export async function startTexts(load: TextLoader): Promise<void> {
  loader = load;
  await showLanguage(chooseLanguage([...remembered(), ...navigator.languages]));
}

/** Switches the whole page; remembers it for the next time where the browser lets us. */
export async function pickLanguage(language: Language): Promise<void> {
  await showLanguage(language);
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // Storage is forbidden here: the choice lasts as long as the page.
  }
}

async function showLanguage(language: Language): Promise<void> {
  const loaded = await loader(language);
  const catalogue: Catalogue = Object.assign({}, ...loaded.map((each) => each.default));
  document.documentElement.lang = language;
  current.next(new Localizer(language, catalogue));
}

function remembered(): readonly Language[] {
  try {
    return languages.filter((language) => language === localStorage.getItem(storageKey));
  } catch {
    return [];
  }
}

/** The text of a key in the language that is shown now. */
export const t = (key: string, args?: MessageArguments): string => current.value.t(key, args);

/** What a customer is told of a problem: in the page's own plain words where it has some, else in the error's. */
export function problemText({ code, args }: Problem): string {
  for (const key of [`problem.${code}`, code]) {
    try {
      const text = t(key, args);
      if (text !== key) return text;
    } catch {
      // The text has places that the problem does not fill.
    }
  }
  return t('problem.other', { code });
}

/** A thrown error as a problem to show. */
export function toProblem(error: unknown): Problem {
  return error instanceof LatchkeyError ? error.toData() : { code: 'internal', args: { reference: 'none' } };
}

/** `10:32`, and with the date where that is not today. */
export function formatTime(moment: number, now = Date.now()): string {
  const today = new Date(moment).toDateString() === new Date(now).toDateString();
  const style: Intl.DateTimeFormatOptions = today
    ? { timeStyle: 'short' }
    : { dateStyle: 'medium', timeStyle: 'short' };
  return new Intl.DateTimeFormat(currentLanguage(), style).format(moment);
}

/** `Robin and Ana`, `Robin et Ana`, `Robin und Ana`. */
export const formatNames = (names: readonly string[]): string =>
  new Intl.ListFormat(currentLanguage(), { type: 'conjunction' }).format(names);
