import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { languages, type Language } from '#core/base/l10n/localizer.ts';
import { programFolder } from '../../../program-folder.ts';
import de from './l10n/de.json' with { type: 'json' };
import en from './l10n/en.json' with { type: 'json' };
import fr from './l10n/fr.json' with { type: 'json' };

export type ScriptName =
  'run.sh' | 'postinst.sh' | 'prerm.sh' | 'postrm.sh' | 'command.sh' | 'latchkey-endpoint.service';

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

/**
 * A script that runs on the customer's computer, with `@NAME@` in it replaced; `@COMMON@` by what the scripts share, with
 * its texts in all languages.
 */
export function script(name: ScriptName, places: Readonly<Record<string, string>> = {}): string {
  const common = (): string => read('common.sh').replace('@TEXTS@', () => languages.flatMap(caseBranches).join('\n'));
  return read(name).replaceAll(/@([A-Z]+)@/g, (whole, place: string) =>
    place === 'COMMON' ? common() : (places[place] ?? whole),
  );
}
