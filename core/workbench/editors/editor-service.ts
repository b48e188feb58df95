import { BehaviorSubject, type Observable } from 'rxjs';
import { toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import type { WorkbenchStorage } from '../storage/workbench-storage.ts';

/** What an editor shows: `kind` chooses the element that draws it, `id` tells one of a kind from another. */
export interface EditorInput {
  readonly kind: string;
  readonly id: string;
  readonly title: string;
  readonly icon?: string | undefined;
  readonly description?: string | undefined;
  /** JSON: what the element needs to draw it, after a restart too. */
  readonly data?: unknown;
  /** Not restored after a restart: what it shows is gone by then. */
  readonly transient?: boolean | undefined;
}

export interface EditorTab extends EditorInput {
  /** `kind:id`. */
  readonly key: string;
  /** Title in italics: the next preview takes its place. */
  readonly preview: boolean;
  readonly dirty: boolean;
}

export interface OpenOptions {
  /** Opened by a single click in a list. */
  readonly preview?: boolean;
  /** Opened without coming to the front. */
  readonly background?: boolean;
}

/** Asked before a person closes an editor: whether it may be closed. */
export type CloseGuard = (tab: EditorTab) => boolean | Promise<boolean>;

export const editorKey = ({ kind, id }: Pick<EditorInput, 'kind' | 'id'>): string => `${kind}:${id}`;

/** The tabs of the editor area, as VS Code's: one preview at most, and the one used before comes to the front at a close. */
export class EditorService {
  private readonly tabs = new BehaviorSubject<readonly EditorTab[]>([]);
  private readonly active = new BehaviorSubject<EditorTab | undefined>(undefined);
  private readonly storage: WorkbenchStorage | undefined;
  private readonly guards = new Map<string, CloseGuard>();
  private history: string[] = [];
  private closed: EditorTab[] = [];

  readonly tabs$: Observable<readonly EditorTab[]> = this.tabs;
  readonly active$: Observable<EditorTab | undefined> = this.active;

  constructor(storage?: WorkbenchStorage) {
    this.storage = storage;
  }

  get openTabs(): readonly EditorTab[] {
    return this.tabs.value;
  }

  get activeTab(): EditorTab | undefined {
    return this.active.value;
  }

  /** Opens an editor, or brings the open one to the front with this title and data. */
  open(input: EditorInput, { preview = false, background = false }: OpenOptions = {}): EditorTab {
    const key = editorKey(input);
    const tabs = [...this.tabs.value];
    const index = tabs.findIndex((tab) => tab.key === key);
    const before = tabs[index];
    const tab: EditorTab = {
      ...input,
      key,
      preview: before ? before.preview && preview : preview,
      dirty: before?.dirty ?? false,
    };
    if (before) {
      tabs[index] = tab;
    } else {
      const old = tab.preview ? tabs.findIndex((each) => each.preview && !each.dirty) : -1;
      const after = tabs.findIndex((each) => each.key === this.active.value?.key) + 1 || tabs.length;
      if (old >= 0) {
        this.history = this.history.filter((each) => each !== tabs[old]?.key);
        tabs[old] = tab;
      } else {
        tabs.splice(after, 0, tab);
      }
    }
    const front = background && this.active.value ? this.active.value.key : key;
    this.show(tabs, front);
    return tab;
  }

  activate(key: string): void {
    if (this.tabs.value.some((tab) => tab.key === key)) this.show(this.tabs.value, key);
  }

  /** Keeps a preview open: a double click on its tab, or an edit. */
  pin(key: string): void {
    this.change(key, { preview: false });
  }

  /** New title or data for an open editor. False where it is not open. */
  update(key: string, change: Partial<Pick<EditorTab, 'title' | 'icon' | 'description' | 'data' | 'dirty'>>): boolean {
    return this.change(key, change.dirty ? { ...change, preview: false } : change);
  }

  /** Has editors of a kind closed only after the guard has agreed. */
  guardClosing(kind: string, guard: CloseGuard): Disposable {
    this.guards.set(kind, guard);
    return toDisposable(() => this.guards.get(kind) === guard && this.guards.delete(kind));
  }

  /** Closes an editor, once its guard agrees; the active one where no key is given. */
  close(key = this.active.value?.key): void {
    const tab = this.tabs.value.find((each) => each.key === key);
    const agreed = tab && (this.guards.get(tab.kind)?.(tab) ?? true);
    if (agreed === true) this.discard(key);
    else if (agreed) void agreed.then((may) => may && this.discard(key));
  }

  /** Closes an editor without asking. */
  discard(key: string | undefined): void {
    const tab = this.tabs.value.find((each) => each.key === key);
    if (!tab) return;
    if (!tab.transient) this.closed = [...this.closed.slice(-19), tab];
    this.history = this.history.filter((each) => each !== key);
    const front = this.active.value?.key === key ? this.history.at(-1) : this.active.value?.key;
    this.show(
      this.tabs.value.filter((each) => each.key !== key),
      front,
    );
  }

  closeOthers(key: string): void {
    for (const tab of this.tabs.value) if (tab.key !== key) this.close(tab.key);
  }

  closeAll(): void {
    for (const tab of this.tabs.value) this.close(tab.key);
  }

  /** Opens the editor that was closed last. */
  reopenClosed(): void {
    const tab = this.closed.pop();
    if (tab) this.open(tab);
  }

  /** Puts a tab before another (dragging); at the end where `before` is not open. */
  move(key: string, before: string | undefined): void {
    const tab = this.tabs.value.find((each) => each.key === key);
    if (!tab || key === before) return;
    const rest = this.tabs.value.filter((each) => each.key !== key);
    const index = rest.findIndex((each) => each.key === before);
    rest.splice(index < 0 ? rest.length : index, 0, tab);
    this.show(rest, this.active.value?.key);
  }

  /** The tab to the right (1) or to the left (-1), around the ends. */
  activateNeighbour(step: 1 | -1): void {
    const tabs = this.tabs.value;
    const index = tabs.findIndex((tab) => tab.key === this.active.value?.key);
    const next = tabs[(index + step + tabs.length) % tabs.length];
    if (index >= 0 && next) this.activate(next.key);
  }

  /** Opens what was open when the page was left. */
  restore(): void {
    const stored = this.storage?.get<{ tabs: EditorTab[]; active: string | null }>('editors');
    if (!Array.isArray(stored?.tabs)) return;
    const known = new Set(this.tabs.value.map(({ key }) => key));
    const tabs = stored.tabs.filter((tab) => typeof tab?.key === 'string' && !known.has(tab.key));
    this.show(
      [...tabs.map((tab) => ({ ...tab, dirty: false })), ...this.tabs.value],
      this.active.value?.key ?? stored.active ?? undefined,
    );
  }

  private change(key: string, change: Partial<EditorTab>): boolean {
    if (!this.tabs.value.some((tab) => tab.key === key)) return false;
    this.show(
      this.tabs.value.map((tab) => (tab.key === key ? { ...tab, ...change } : tab)),
      this.active.value?.key,
    );
    return true;
  }

  private show(tabs: readonly EditorTab[], front: string | undefined): void {
    const active = tabs.find((tab) => tab.key === front) ?? tabs.at(-1);
    if (active) this.history = [...this.history.filter((key) => key !== active.key), active.key];
    this.tabs.next(tabs);
    this.active.next(active);
    this.storage?.set('editors', { tabs: tabs.filter((tab) => !tab.transient), active: active?.key ?? null });
  }
}
