import { map, merge, startWith, type Observable } from 'rxjs';
import { CommandRegistry } from '#core/workbench/commands/command-registry.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { KeybindingService, type Keybinding } from '#core/workbench/keybindings/keybinding-service.ts';
import { chordOf, normalizeKey } from '#core/workbench/keybindings/key-syntax.ts';
import { ProfileService } from '#core/workbench/profile/profile-service.ts';
import { localizer$ } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { addRules, removeRules, userRules, type UserRule } from './keybinding-edits.ts';
import type { KeybindingRow } from './keybinding-rows.ts';

/** Every command with each of its keys, and the commands that have none; whenever one of them changes. */
export function keybindingRows$(): Observable<readonly KeybindingRow[]> {
  const keybindings = inject(KeybindingService);
  const registry = inject(CommandRegistry);
  return merge(keybindings.changes$, registry.changes$, localizer$).pipe(
    startWith(undefined),
    map(() => rows(keybindings.all(), registry)),
  );
}

function rows(bindings: readonly Keybinding[], registry: CommandRegistry): KeybindingRow[] {
  const changed = new Set(
    userRules(inject(ProfileService).text('keybindings')).map(({ command }) => command.replace(/^-/, '')),
  );
  const titleOf = (command: string): string => registry.get(command)?.label ?? command;
  const byKey = Map.groupBy(bindings, ({ key }) => key);
  const withKey = bindings.map(({ command, key, when, source }): KeybindingRow => {
    const others = (byKey.get(key) ?? []).filter(
      (each) => each.command !== command && (each.when === when || each.when === undefined || when === undefined),
    );
    return {
      command,
      title: titleOf(command),
      key,
      when,
      source: source === 'user' ? 'user' : contributorName(registry, command),
      changed: changed.has(command),
      conflicts: [...new Set(others.map((each) => titleOf(each.command)))],
    };
  });
  const bound = new Set(bindings.map(({ command }) => command));
  const without = registry
    .all()
    .filter(({ id }) => !bound.has(id))
    .map(({ id, label }): KeybindingRow => ({
      command: id,
      title: label,
      key: undefined,
      when: undefined,
      source: contributorName(registry, id),
      changed: changed.has(id),
      conflicts: [],
    }));
  const byTitle = (a: KeybindingRow, b: KeybindingRow): number => a.title.localeCompare(b.title);
  return [...withKey.sort(byTitle), ...without.sort(byTitle)];
}

const contributorName = (registry: CommandRegistry, command: string): string => {
  const id = registry.get(command)?.contributor.id;
  return id === undefined || id === 'latchkey' ? 'Latchkey' : id;
};

export const keyLabel = (key: string): string => inject(KeybindingService).keyLabel(key);

export const keyOfEvent = (event: KeyboardEvent): string | undefined => chordOf(event);

/** Gives a command a key in place of the one in its row. */
export async function changeKeybinding(row: KeybindingRow, key: string): Promise<void> {
  const { command, when } = row;
  await edit((text) => addRules(without(text, row), [...takenAway(row), { key, command, when }]));
}

/** Takes the key of a row away. */
export async function removeKeybinding(row: KeybindingRow): Promise<void> {
  await edit((text) => addRules(without(text, row), takenAway(row)));
}

/** Gives a command back the keys that it came with. */
export async function resetKeybinding({ command }: KeybindingRow): Promise<void> {
  await edit((text) => removeRules(text, (rule) => rule.command === command || rule.command === `-${command}`));
}

export const openKeybindingsJson = (): void => {
  inject(EditorService).open({
    kind: 'profileJson',
    id: 'keybindings',
    title: 'keybindings.json',
    icon: 'json',
    data: { document: 'keybindings' },
  });
};

/** The technician's own rule goes; one that something else brought is taken away by a rule of its own. */
const without = (text: string, { command, key, source }: KeybindingRow): string =>
  source === 'user' ? removeRules(text, (rule) => rule.command === command && normalizeKey(rule.key) === key) : text;

const takenAway = ({ command, key, source }: KeybindingRow): UserRule[] =>
  source === 'user' || key === undefined ? [] : [{ key, command: `-${command}` }];

const edit = (change: (text: string) => string): Promise<void> => {
  const profile = inject(ProfileService);
  return profile.write('keybindings', change(profile.text('keybindings')));
};
