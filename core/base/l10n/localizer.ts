import { IntlMessageFormat } from 'intl-messageformat';
import type { Language } from './languages.ts';

export { chooseLanguage, languages, type Language } from './languages.ts';

/** Texts by key, in ICU message format. */
export type Catalogue = Readonly<Record<string, string>>;
export type MessageArguments = Readonly<Record<string, string | number | Date>>;

// Which languages a browser knows takes it 20 ms to find out the first time; it knows ours.
IntlMessageFormat.resolveLocale = (locales) => new Intl.Locale(typeof locales === 'string' ? locales : locales[0]!);

/** What means something in ICU message format; most texts hold nothing of it, and are drawn thousands of times. */
const special = /[{}']/;

/** Where French has a space that no line may end at. Catalogues are written with plain ones, which can be seen and typed. */
const withFrenchSpaces = (text: string): string =>
  text.replaceAll('« ', '«\u00a0').replaceAll(/ (?=[»:;!?](?:$|[\s}).,…»<]))/g, '\u00a0');

/** Gives texts of one language, key by key in English where it lacks one. */
export class Localizer {
  readonly language: Language;
  private readonly catalogues: readonly Catalogue[];
  private readonly formats = new Map<string, IntlMessageFormat | string>();

  /** @param catalogues the language's own first, English last */
  constructor(language: Language, ...catalogues: readonly Catalogue[]) {
    this.language = language;
    this.catalogues = catalogues;
  }

  /** The text of a key; the key itself where no catalogue has it, so that a gap is seen and not fatal. */
  t(key: string, args?: MessageArguments): string {
    let format = this.formats.get(key);
    if (format === undefined) {
      const catalogue = this.catalogues.find((candidate) => Object.hasOwn(candidate, key));
      const written = catalogue?.[key];
      if (written === undefined) return key;
      const text = this.language === 'fr' ? withFrenchSpaces(written) : written;
      // A text is plain: "<" is a character in it, not a tag.
      format = special.test(text) ? new IntlMessageFormat(text, this.language, undefined, { ignoreTag: true }) : text;
      this.formats.set(key, format);
    }
    return typeof format === 'string' ? format : String(format.format(args));
  }
}
