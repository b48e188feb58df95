import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { languages, type Language } from '#core/base/l10n/localizer.ts';
import { programFolder } from '../../../program-folder.ts';
import de from './l10n/de.json' with { type: 'json' };
import en from './l10n/en.json' with { type: 'json' };
import fr from './l10n/fr.json' with { type: 'json' };

/** Whose computers a script runs on. */
export type UnixSystem = 'linux' | 'macos';

/** What is the same file for all of them, with what differs put in. */
export type SharedScript = 'customer-app.sh' | 'install.sh';

export type LinuxScript =
  | SharedScript
  | 'run.sh'
  | 'postinst.sh'
  | 'prerm.sh'
  | 'postrm.sh'
  | 'command.sh'
  | 'latchkey-endpoint.service'
  | 'latchkey-endpoint.desktop';

/** What several scripts share, by the place that it takes in them. */
const fragments: Readonly<Record<string, (system: UnixSystem) => string>> = {
  /** With the texts in all languages. */
  COMMON: (system) => [readShared('texts.sh'), readShared('background.sh'), readOwn(system, 'common.sh')].join('\n'),
  TEXTS: () => languages.flatMap(caseBranches).join('\n'),
  EXTRACTING: () => readShared('self-extracting.sh'),
  PLACING: () => readShared('place-endpoint.sh'),
  /** Whether the customer app is for this computer. */
  FITTING: (system) => readOwn(system, 'fitting.sh'),
  /** How it comes to the rights that it takes. */
  ELEVATING: (system) => readOwn(system, 'elevating.sh'),
};

const catalogues: Readonly<Record<Language, Readonly<Record<string, string>>>> = { en, fr, de };

const read = (path: string): string =>
  readFileSync(join(programFolder, 'core/hub/installers/formats', path), 'utf8').trimEnd();
const readShared = (name: string): string => read(`unix/${name}`);
const readOwn = (system: UnixSystem, name: string): string =>
  read(`${system === 'macos' ? 'macos/app' : 'linux'}/${name}`);

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

type Places = Readonly<Record<string, string>>;

/** A script that runs on the customer's computer, with `@NAME@` in it replaced by what scripts share or by `places`. */
export function script(name: LinuxScript, places?: Places): string;
export function script(name: SharedScript, places: Places, system: UnixSystem): string;
export function script(name: LinuxScript, places: Places = {}, system: UnixSystem = 'linux'): string {
  const isShared = name === 'customer-app.sh' || name === 'install.sh';
  return `${fill(isShared ? readShared(name) : readOwn(system, name), places, system)}\n`;
}

function fill(text: string, places: Places, system: UnixSystem): string {
  return text.replaceAll(/@([A-Z]+)@/g, (whole, place: string) => {
    const fragment = fragments[place]?.(system);
    // What is put in has places of its own.
    return fragment === undefined ? (places[place] ?? whole) : fill(fragment, places, system);
  });
}
