import { parse, parseTree, findNodeAtLocation, type ParseError } from 'jsonc-parser';
import { Subject, type Observable } from 'rxjs';
import { toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import type { ContextKeyService, ContextScope } from '../context-keys/context-key-service.ts';
import { whenProblem } from '../context-keys/when-clause.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { ProfileService } from '../profile/profile-service.ts';
import { chordOf, keyLabel, normalizeKey, type KeyEventLike } from './key-syntax.ts';

export interface Keybinding {
  readonly key: string;
  readonly command: string;
  readonly when?: string | undefined;
  readonly args?: Readonly<Record<string, unknown>> | undefined;
  readonly source: 'default' | 'extension' | 'user';
}

export interface KeybindingRule extends Omit<Keybinding, 'source'> {
  readonly mac?: string | undefined;
}

/** `more`: the first chord of a longer binding; the next key decides. */
export type Resolution =
  | { readonly kind: 'none' }
  | { readonly kind: 'more'; readonly pending: string }
  | { readonly kind: 'run'; readonly command: string; readonly args: Readonly<Record<string, unknown>> | undefined };

export interface KeybindingProblem {
  readonly message: string;
  /** From 1. */
  readonly line: number;
}

/**
 * Which key runs which command. As in VS Code the last rule whose when-clause holds wins: the workbench's own, then
 * extensions', then the technician's, in whose document a command `-ID` takes bindings away.
 */
export class KeybindingService {
  private readonly contextKeys: ContextKeyService;
  private readonly profile: ProfileService;
  private readonly l10n: LocalizationService;
  /** macOS: the `mac` keys, and signs in labels. */
  readonly mac: boolean;
  private readonly registered: Keybinding[] = [];
  private user: readonly {
    readonly key: string;
    readonly command: string;
    readonly when?: string;
    readonly args?: Record<string, unknown>;
  }[] = [];
  private effective: readonly Keybinding[] | undefined;
  private pending: string | undefined;
  private readonly changes = new Subject<void>();
  readonly changes$: Observable<void> = this.changes;

  constructor(contextKeys: ContextKeyService, profile: ProfileService, l10n: LocalizationService, mac: boolean) {
    this.contextKeys = contextKeys;
    this.profile = profile;
    this.l10n = l10n;
    this.mac = mac;
    profile.content$('keybindings').subscribe(({ text }) => this.readUser(text));
  }

  /** A rule whose key cannot be read is left out. */
  register(rule: KeybindingRule, source: 'default' | 'extension'): Disposable {
    const key = normalizeKey((this.mac ? rule.mac : undefined) ?? rule.key);
    if (key === undefined) return toDisposable(() => {});
    const binding: Keybinding = { key, command: rule.command, when: rule.when, args: rule.args, source };
    // Defaults stand before what extensions bring, whatever comes first.
    const at =
      source === 'default'
        ? this.registered.filter((each) => each.source === 'default').length
        : this.registered.length;
    this.registered.splice(at, 0, binding);
    this.changed();
    return toDisposable(() => {
      this.registered.splice(this.registered.indexOf(binding), 1);
      this.changed();
    });
  }

  /** All that are in force; the later one wins. */
  all(): readonly Keybinding[] {
    if (this.effective) return this.effective;
    let bindings = [...this.registered];
    for (const { key, command, when, args } of this.user) {
      const normalized = normalizeKey(key);
      if (command.startsWith('-')) {
        const removed = command.slice(1);
        bindings = bindings.filter(
          (each) =>
            (removed !== '' && each.command !== removed) ||
            (key !== '' && each.key !== normalized) ||
            (when !== undefined && each.when !== when),
        );
      } else if (normalized !== undefined) {
        bindings.push({ key: normalized, command, when, args, source: 'user' });
      }
    }
    return (this.effective = bindings);
  }

  /** What a key does, given the keys of a chord that were pressed before. */
  resolve(event: KeyEventLike, scope?: ContextScope): Resolution {
    const chord = chordOf(event);
    if (chord === undefined)
      return this.pending === undefined ? { kind: 'none' } : { kind: 'more', pending: this.pending };
    const keys = this.pending === undefined ? chord : `${this.pending} ${chord}`;
    this.pending = undefined;
    const bindings = this.all();
    for (let at = bindings.length - 1; at >= 0; at--) {
      const { key, when, command, args } = bindings[at]!;
      const longer = key.startsWith(`${keys} `);
      if ((key !== keys && !longer) || !this.contextKeys.matches(when, scope)) continue;
      if (longer) {
        this.pending = keys;
        return { kind: 'more', pending: keyLabel(keys, this.mac) };
      }
      return command === '' ? { kind: 'none' } : { kind: 'run', command, args };
    }
    return { kind: 'none' };
  }

  /** Forgets a chord that was begun: the focus has gone, or time has passed. */
  reset(): void {
    this.pending = undefined;
  }

  /** The key of a command as a menu shows it: the one that wins, preferably one whose when-clause holds now. */
  label(command: string): string | undefined {
    const bindings = this.all().filter((each) => each.command === command && !each.args);
    const binding = bindings.findLast(({ when }) => this.contextKeys.matches(when)) ?? bindings.at(-1);
    return binding && keyLabel(binding.key, this.mac);
  }

  keyLabel(key: string): string {
    return keyLabel(normalizeKey(key) ?? key, this.mac);
  }

  /** What is wrong with a text of the technician's document. */
  problems(text = this.profile.text('keybindings')): readonly KeybindingProblem[] {
    if (text.trim() === '') return [];
    const errors: ParseError[] = [];
    const tree = parseTree(text, errors, { allowTrailingComma: true });
    const line = (offset: number): number => text.slice(0, offset).split('\n').length;
    const found = errors.map(({ offset }) => ({ message: this.l10n.t('keybindings.syntax'), line: line(offset) }));
    if (tree?.type !== 'array')
      return found.length > 0 ? found : [{ message: this.l10n.t('keybindings.notList'), line: 1 }];
    tree.children?.forEach((rule, index) => {
      const key = findNodeAtLocation(tree, [index, 'key'])?.value as unknown;
      const command = findNodeAtLocation(tree, [index, 'command'])?.value as unknown;
      const when = findNodeAtLocation(tree, [index, 'when'])?.value as unknown;
      const problem = typeof when === 'string' ? whenProblem(when)?.message : undefined;
      if (typeof key !== 'string' || (key !== '' && normalizeKey(key) === undefined)) {
        found.push({ message: this.l10n.t('keybindings.badKey', { key: String(key ?? '') }), line: line(rule.offset) });
      } else if (typeof command !== 'string') {
        found.push({ message: this.l10n.t('keybindings.noCommand'), line: line(rule.offset) });
      } else if (problem !== undefined) {
        found.push({
          message: this.l10n.t('keybindings.badWhen', { when: String(when), problem }),
          line: line(rule.offset),
        });
      }
    });
    return found;
  }

  private readUser(text: string): void {
    const rules: unknown = parse(text, [], { allowTrailingComma: true });
    this.user = (Array.isArray(rules) ? rules : []).filter(
      (rule) => typeof rule?.key === 'string' && typeof rule?.command === 'string',
    );
    this.changed();
  }

  private changed(): void {
    this.effective = undefined;
    this.changes.next();
  }
}
