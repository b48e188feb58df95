import { menuLocations, type Manifest } from '#protocol/manifest.ts';
import type { OfferedExtension } from '#protocol/extensions.ts';
import { whenProblem } from '../context-keys/when-clause.ts';
import { schemaProblems } from './arguments-schema.ts';

/** Something that is wrong with an extension, and where. */
export interface ExtensionProblem {
  readonly extension: string;
  /** `package.json: contributes.menus.device/context.0.command: …` */
  readonly problem: string;
}

export interface CheckContext {
  /** View containers and views of the workbench itself. */
  readonly hasContainer: (id: string) => boolean;
  readonly hasView: (id: string) => boolean;
  /** What is wrong with the text of a key binding; undefined where nothing is. */
  readonly keyProblem: (key: string) => string | undefined;
}

/**
 * What a manifest's shape alone does not say: that its parts refer to one another, that clauses, keys and schemas can be
 * read, and that every text exists.
 */
export function checkExtension({ manifest, messages }: OfferedExtension, context: CheckContext): ExtensionProblem[] {
  const { contributes } = manifest;
  const found: ExtensionProblem[] = [];
  const report = (file: string, path: readonly (string | number)[], problem: string): void => {
    found.push({ extension: manifest.name, problem: `${file}: ${path.join('.')}: ${problem}` });
  };
  const at = (path: readonly (string | number)[], problem: string): void =>
    report('package.json', ['contributes', ...path], problem);

  const commands = new Set(contributes.commands.map(({ command }) => command));
  const needsCommand = (command: string, path: readonly (string | number)[]): void => {
    if (!commands.has(command)) at(path, `"${command}" is not among the commands of this extension`);
  };
  const containers = new Set(containerIds(manifest));
  const views = new Set(viewIds(manifest));
  const submenus = new Set(contributes.submenus.map(({ id }) => id));

  contributes.commands.forEach(({ arguments: schema }, index) => {
    if (!schema) return;
    const path = ['commands', index, 'arguments'];
    for (const problem of schemaProblems(schema)) at([...path, ...problem.path], problem.message);
    for (const name of schema.required ?? []) {
      if (!Object.hasOwn(schema.properties ?? {}, name))
        at([...path, 'required'], `"${name}" is not among the properties`);
    }
  });
  for (const [location, items] of Object.entries(contributes.menus)) {
    if (!submenus.has(location) && !(menuLocations as readonly string[]).includes(location))
      at(['menus', location], 'there is no such menu');
    items.forEach(({ command, submenu }, index) => {
      if (command !== undefined) needsCommand(command, ['menus', location, index, 'command']);
      if (submenu !== undefined && !submenus.has(submenu))
        at(['menus', location, index, 'submenu'], `"${submenu}" is not among the submenus of this extension`);
      if (submenu !== undefined && submenus.has(location))
        at(['menus', location, index, 'submenu'], 'a submenu holds commands alone');
    });
  }
  contributes.setUpMethods.forEach(({ command }, index) => needsCommand(command, ['setUpMethods', index, 'command']));
  contributes.keybindings.forEach(({ command, key, mac }, index) => {
    needsCommand(command, ['keybindings', index, 'command']);
    for (const [name, text] of [['key', key] as const, ['mac', mac] as const]) {
      const problem = text === undefined ? undefined : context.keyProblem(text);
      if (problem) at(['keybindings', index, name], problem);
    }
  });
  for (const container of Object.keys(contributes.views)) {
    if (!containers.has(container) && !context.hasContainer(container))
      at(['views', container], 'there is no such view container');
  }
  contributes.viewsWelcome.forEach(({ view }, index) => {
    if (!views.has(view) && !context.hasView(view)) at(['viewsWelcome', index, 'view'], `there is no view "${view}"`);
  });
  walk(contributes, [], (value, path) => {
    const key = path.at(-1);
    if (key === 'when' || key === 'enablement') {
      const problem = whenProblem(value);
      if (problem) at(path, `character ${problem.offset + 1}: ${problem.message}`);
    }
  });
  const english = messages['en'] ?? {};
  walk(manifest, [], (value, path) => {
    const key = /^%(.+)%$/.exec(value)?.[1];
    if (key !== undefined && !Object.hasOwn(english, key)) {
      report('package.nls.json', [key], `is missing; package.json has it at ${path.join('.')}`);
    }
  });
  for (const [language, texts] of Object.entries(messages)) {
    for (const key of Object.keys(texts)) {
      if (!Object.hasOwn(english, key)) report(`package.nls.${language}.json`, [key], 'is not in package.nls.json');
    }
  }
  return found;
}

/** Identifiers that may exist once among all extensions and the workbench, as `kind identifier`. */
export function contributionIds(manifest: Manifest): string[] {
  const { contributes } = manifest;
  return [
    ...contributes.commands.map(({ command }) => `command ${command}`),
    ...containerIds(manifest).map((id) => `view container ${id}`),
    ...contributes.submenus.map(({ id }) => `submenu ${id}`),
    ...viewIds(manifest).map((id) => `view ${id}`),
    ...Object.keys(contributes.configuration?.properties ?? {}).map((id) => `setting ${id}`),
    ...contributes.walkthroughs.map(({ id }) => `walkthrough ${id}`),
    ...contributes.setUpMethods.map(({ id }) => `set-up method ${id}`),
  ];
}

export const viewIds = ({ contributes }: Manifest): string[] =>
  Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id));

const containerIds = ({ contributes: { viewsContainers } }: Manifest): string[] =>
  [...viewsContainers.activitybar, ...viewsContainers.panel].map(({ id }) => id);

/** Calls `visit` for each text in a value. */
function walk(
  value: unknown,
  path: readonly (string | number)[],
  visit: (text: string, path: (string | number)[]) => void,
): void {
  if (typeof value === 'string') visit(value, [...path]);
  else if (Array.isArray(value)) value.forEach((item, index) => walk(item, [...path, index], visit));
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) walk(item, [...path, key], visit);
  }
}
