import { Subject, type Observable } from 'rxjs';
import { toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { menuLocations, MenuItem, SubmenuContribution } from '#protocol/manifest.ts';
import type { CommandRegistry } from '../commands/command-registry.ts';
import type { CommandService } from '../commands/command-service.ts';
import type { ContextKeyService, ContextScope } from '../context-keys/context-key-service.ts';
import type { Contributor } from '../l10n/contributor.ts';

export type MenuLocation = (typeof menuLocations)[number];

/** An entry of a menu as it is to be drawn. */
export interface ResolvedMenuItem {
  /** What it runs; of a submenu: its identifier. */
  readonly command: string;
  readonly title: string;
  readonly icon: string | undefined;
  /** `inline` and `navigation` are drawn as icons; the others are parted by lines. */
  readonly group: string;
  readonly enabled: boolean;
  /** Why it is greyed out, where it is. */
  readonly reason: string | undefined;
  /** What it opens, in place of running a command. */
  readonly submenu?: readonly ResolvedMenuItem[] | undefined;
}

interface Entry {
  readonly item: MenuItem;
  readonly group: string;
  readonly order: number;
}

interface Submenu {
  readonly contribution: SubmenuContribution;
  readonly contributor: Contributor;
}

/** Which commands and submenus stand in which menu. */
export class MenuService {
  private readonly registry: CommandRegistry;
  private readonly commands: CommandService;
  private readonly contextKeys: ContextKeyService;
  private readonly entries = new Map<string, Entry[]>();
  private readonly submenus = new Map<string, Submenu>();
  private readonly changes = new Subject<void>();
  /** Entries came or went; what holds of them may also change with `ContextKeyService.changes$`. */
  readonly changes$: Observable<void> = this.changes;

  constructor(registry: CommandRegistry, commands: CommandService, contextKeys: ContextKeyService) {
    this.registry = registry;
    this.commands = commands;
    this.contextKeys = contextKeys;
  }

  /** @param location of the workbench's own, or the identifier of a submenu */
  register(location: MenuLocation | (string & {}), item: MenuItem): Disposable {
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

  /** @throws LatchkeyError `extension.duplicate` where there is a submenu of this identifier */
  registerSubmenu(contribution: SubmenuContribution, contributor: Contributor): Disposable {
    const { id } = contribution;
    if (this.submenus.has(id)) {
      throw new LatchkeyError('extension.duplicate', { extension: contributor.id, contribution: id });
    }
    this.submenus.set(id, { contribution, contributor });
    this.changes.next();
    return toDisposable(() => {
      if (this.submenus.delete(id)) this.changes.next();
    });
  }

  /** What stands in a menu now, group by group in VS Code's order: `navigation` first, then by name, by order, by title. */
  items(location: MenuLocation | (string & {}), scope?: ContextScope): readonly ResolvedMenuItem[] {
    return (this.entries.get(location) ?? [])
      .filter(({ item }) => this.contextKeys.matches(item.when, scope))
      .map((entry) => ({ entry, item: this.resolve(entry, scope) }))
      .filter((each): each is { entry: Entry; item: ResolvedMenuItem } => each.item !== undefined)
      .sort(
        (a, b) =>
          compareGroups(a.entry.group, b.entry.group) ||
          a.entry.order - b.entry.order ||
          a.item.title.localeCompare(b.item.title),
      )
      .map(({ item }) => item);
  }

  /** Undefined for a command that there is not, and for a submenu with nothing in it. */
  private resolve({ item, group }: Entry, scope: ContextScope | undefined): ResolvedMenuItem | undefined {
    if (item.submenu !== undefined) return this.resolveSubmenu(item.submenu, group, scope);
    const command = this.registry.get(item.command);
    if (!command) return undefined;
    const enablement = this.commands.enablement(command.id, scope);
    return {
      command: command.id,
      title: command.title,
      icon: command.contribution.icon,
      group,
      enabled: enablement.enabled,
      reason: enablement.enabled ? undefined : enablement.reason,
    };
  }

  /**
   * Greyed out as a whole where the technician may run none of its commands. Where it is only what they are about that
   * stands against them it opens, so that each says why.
   */
  private resolveSubmenu(id: string, group: string, scope: ContextScope | undefined): ResolvedMenuItem | undefined {
    const found = this.submenus.get(id);
    const submenu = found ? this.items(id, scope) : [];
    if (!found || submenu.length === 0) return undefined;
    const { contribution, contributor } = found;
    const against = submenu.map(({ command }) => this.commands.enablement(command, scope));
    const refusals = against.filter((each) => !each.enabled && each.refused);
    const enabled = refusals.length < against.length;
    const reasons = refusals.map((each) => (each.enabled ? '' : each.reason));
    return {
      command: id,
      title: contributor.localize(contribution.label),
      icon: contribution.icon,
      group,
      enabled,
      reason: enabled ? undefined : [...new Set(reasons)].join('\n'),
      submenu,
    };
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
