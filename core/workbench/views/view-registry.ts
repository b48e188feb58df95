import { Subject, type Observable } from 'rxjs';
import { toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { TreeNode } from '#protocol/extension-host.ts';
import type { ContextKeyService } from '../context-keys/context-key-service.ts';
import type { Contributor } from '../l10n/contributor.ts';

export interface ViewContainer {
  readonly id: string;
  readonly title: string;
  readonly icon: string;
  readonly location: 'activitybar' | 'panel';
  readonly order: number;
}

export interface View {
  readonly id: string;
  readonly container: string;
  readonly name: string;
  readonly icon?: string | undefined;
  readonly when?: string | undefined;
  /** How it is drawn: `tree` (with a source), or the name of an element of the workbench's own. */
  readonly kind: string;
  readonly order: number;
  /** How many things it is about: a badge in its header. Read anew at each change of context keys. */
  readonly badge?: (() => number) | undefined;
}

export interface WelcomeContent {
  readonly view: string;
  /** With `[Title](command:ID)` on a line of its own for a button. */
  readonly contents: string;
  readonly when?: string | undefined;
}

/** Where a tree's nodes come from: an extension, mostly. */
export interface TreeSource {
  /** Below `node`; the roots where it is null. */
  children(node: string | null): Promise<readonly TreeNode[]>;
  /** What has to be asked for anew: a node's identifier, or null for everything. */
  readonly changes$: Observable<string | null>;
}

interface Registered<T> {
  readonly item: T;
  readonly contributor: Contributor;
}

/** View containers (activity bar, panel), the views in them, and what stands in views that are empty. */
export class ViewRegistry {
  private readonly contextKeys: ContextKeyService;
  private readonly containersById = new Map<string, Registered<ViewContainer>>();
  private readonly viewsById = new Map<string, Registered<View>>();
  private readonly welcome: Registered<WelcomeContent>[] = [];
  private readonly sources = new Map<string, TreeSource>();
  private readonly changes = new Subject<void>();
  /** Something came or went. What is shown changes with context keys and the language too. */
  readonly changes$: Observable<void> = this.changes;

  constructor(contextKeys: ContextKeyService) {
    this.contextKeys = contextKeys;
  }

  /** @throws LatchkeyError `extension.duplicate` */
  registerContainer(container: ViewContainer, contributor: Contributor): Disposable {
    return this.add(this.containersById, container, contributor);
  }

  /** @throws LatchkeyError `extension.duplicate` */
  registerView(view: View, contributor: Contributor): Disposable {
    return this.add(this.viewsById, view, contributor);
  }

  registerWelcome(item: WelcomeContent, contributor: Contributor): Disposable {
    const registered = { item, contributor };
    this.welcome.push(registered);
    this.changes.next();
    return toDisposable(() => {
      this.welcome.splice(this.welcome.indexOf(registered), 1);
      this.changes.next();
    });
  }

  /** Fills a view of kind `tree`. */
  registerSource(view: string, source: TreeSource): Disposable {
    this.sources.set(view, source);
    this.changes.next();
    return toDisposable(() => {
      if (this.sources.get(view) === source && this.sources.delete(view)) this.changes.next();
    });
  }

  source(view: string): TreeSource | undefined {
    return this.sources.get(view);
  }

  /** The containers that have a view to show, in their order. */
  containers(location: ViewContainer['location']): readonly ViewContainer[] {
    return [...this.containersById.values()]
      .filter(({ item }) => item.location === location && this.views(item.id).length > 0)
      .map(({ item, contributor }) => ({ ...item, title: contributor.localize(item.title) }))
      .sort(byOrder);
  }

  /** The views of a container whose when-clause holds, in their order. */
  views(container: string): readonly View[] {
    return [...this.viewsById.values()]
      .filter(({ item }) => item.container === container && this.contextKeys.matches(item.when))
      .map(({ item, contributor }) => ({ ...item, name: contributor.localize(item.name) }))
      .sort(byOrder);
  }

  view(id: string): View | undefined {
    const found = this.viewsById.get(id);
    return found && { ...found.item, name: found.contributor.localize(found.item.name) };
  }

  /** What stands in a view while it has nothing else to show. */
  welcomeContents(view: string): readonly string[] {
    return this.welcome
      .filter(({ item }) => item.view === view && this.contextKeys.matches(item.when))
      .map(({ item, contributor }) => contributor.localize(item.contents));
  }

  private add<T extends { readonly id: string }>(
    map: Map<string, Registered<T>>,
    item: T,
    contributor: Contributor,
  ): Disposable {
    if (map.has(item.id))
      throw new LatchkeyError('extension.duplicate', { extension: contributor.id, contribution: item.id });
    const registered = { item, contributor };
    map.set(item.id, registered);
    this.changes.next();
    return toDisposable(() => {
      if (map.get(item.id) === registered && map.delete(item.id)) this.changes.next();
    });
  }
}

const byOrder = (a: { readonly order: number }, b: { readonly order: number }): number => a.order - b.order;
