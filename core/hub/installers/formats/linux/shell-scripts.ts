import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { languages, type Language } from '#core/base/l10n/localizer.ts';
import { programFolder } from '../../../program-folder.ts';
import de from './l10n/de.json' with { type: 'json' };
import en from './l10n/en.json' with { type: 'json' };
import fr from './l10n/fr.json' with { type: 'json' };

export type ScriptName =
  | 'run.sh'
  | 'customer-app.sh'
  | 'install.sh'
  | 'postinst.sh'
  | 'prerm.sh'
  | 'postrm.sh'
  | 'command.sh'
  | 'latchkey-endpoint.service'
  | 'latchkey-endpoint.desktop';

/** What several scripts share, by the place that it takes in them. */
const fragments: Readonly<Record<string, () => string>> = {
  /** With the texts in all languages. */
  COMMON: () => read('common.sh').replace('@TEXTS@', () => languages.flatMap(caseBranches).join('\n')),
  EXTRACTING: () => read('self-extracting.sh'),
  PLACING: () => read('place-endpoint.sh'),
};

const catalogues: Readonly<Record<Language, Readonly<Record<string, string>>>> = { en, fr, de };

const read = (name: string): string =>
  readFileSync(join(programFolder, 'core/hub/installers/formats/linux', name), 'utf8');

/** A text as a word of the shell, whose places `{name}` are filled from the variables of those names. */
export function shellWord(text: string): string {
  const quote = (part: string): string => `'${part.replaceAll("'", `'\\''`)}'`;
  return text
    .split(/(\{[a-z]+\})/)
    .filter((part) => part !== '')
    .map((part) => (/^\{[a-z]+\}$/.test(part) ? `"$${part.slice(1, -1)}"` : quote(part)))
    .join('');
}

function caseBranches(language: Language): string[] {
  return Object.entries(catalogues[language]).map(
    ([key, text]) => `    ${language}:${key}) printf '%s\\n' ${shellWord(text)} ;;`,
  );
}

/** A script that runs on the customer's computer, with `@NAME@` in it replaced by what scripts share or by `places`. */
export function script(name: ScriptName, places: Readonly<Record<string, string>> = {}): string {
  return read(name).replaceAll(
    /@([A-Z]+)@/g,
    (whole, place: string) => fragments[place]?.().trimEnd() ?? places[place] ?? whole,
  );
}
