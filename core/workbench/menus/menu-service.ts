import { Subject, type Observable } from 'rxjs';
import { toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import type { menuLocations, MenuItem } from '#protocol/manifest.ts';
import type { CommandRegistry, RegisteredCommand } from '../commands/command-registry.ts';
import type { CommandService } from '../commands/command-service.ts';
import type { ContextKeyService, ContextScope } from '../context-keys/context-key-service.ts';

export type MenuLocation = (typeof menuLocations)[number];

/** An entry of a menu as it is to be drawn. */
export interface ResolvedMenuItem {
  readonly command: string;
  readonly title: string;
  readonly icon: string | undefined;
  /** `inline` and `navigation` are drawn as icons; the others are parted by lines. */
  readonly group: string;
  readonly enabled: boolean;
  /** Why it is greyed out, where it is. */
  readonly reason: string | undefined;
}

interface Entry {
  readonly item: MenuItem;
  readonly group: string;
  readonly order: number;
}

/** Which commands stand in which menu. */
export class MenuService {
  private readonly registry: CommandRegistry;
  private readonly commands: CommandService;
  private readonly contextKeys: ContextKeyService;
  private readonly entries = new Map<MenuLocation, Entry[]>();
  private readonly changes = new Subject<void>();
  /** Entries came or went; what holds of them may also change with `ContextKeyService.changes$`. */
  readonly changes$: Observable<void> = this.changes;

  constructor(registry: CommandRegistry, commands: CommandService, contextKeys: ContextKeyService) {
    this.registry = registry;
    this.commands = commands;
    this.contextKeys = contextKeys;
  }

  register(location: MenuLocation, item: MenuItem): Disposable {
    const [group = '', order] = (item.group ?? '').split('@');
    const entry: Entry = { item, group, order: Number(order ?? 0) || 0 };
    const list = this.entries.get(location) ?? [];
    this.entries.set(location, [...list, entry]);
    this.changes.next();
    return toDisposable(() => {
      this.entries.set(
        location,
        (this.entries.get(location) ?? []).filter((each) => each !== entry),
      );
      this.changes.next();
    });
  }

  /** What stands in a menu now, group by group in VS Code's order: `navigation` first, then by name, by order, by title. */
  items(location: MenuLocation, scope?: ContextScope): readonly ResolvedMenuItem[] {
    const shown = (this.entries.get(location) ?? [])
      .filter(({ item }) => this.contextKeys.matches(item.when, scope))
      .map((entry) => ({ entry, command: this.registry.get(entry.item.command) }))
      .filter((each): each is { entry: Entry; command: RegisteredCommand } => each.command !== undefined)
      .sort(
        (a, b) => compareGroups(a.entry.group, b.entry.group) || a.entry.order - b.entry.order || compareTitles(a, b),
      );
    return shown.map(({ entry, command }) => {
      const enablement = this.commands.enablement(command.id, scope);
      return {
        command: command.id,
        title: command.title,
        icon: command.contribution.icon,
        group: entry.group,
        enabled: enablement.enabled,
        reason: enablement.enabled ? undefined : enablement.reason,
      };
    });
  }

  /** A command is in the palette unless an entry of `commandPalette` says otherwise, as in VS Code. */
  isInPalette(command: string): boolean {
    const entries = (this.entries.get('commandPalette') ?? []).filter(({ item }) => item.command === command);
    return entries.length === 0 || entries.some(({ item }) => this.contextKeys.matches(item.when));
  }
}

function compareGroups(a: string, b: string): number {
  if (a === b) return 0;
  if (a === 'navigation' || b === '') return -1;
  if (b === 'navigation' || a === '') return 1;
  return a < b ? -1 : 1;
}

const compareTitles = (a: { command: RegisteredCommand }, b: { command: RegisteredCommand }): number =>
  a.command.title.localeCompare(b.command.title);
