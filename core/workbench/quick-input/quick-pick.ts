import { BehaviorSubject, type Observable } from 'rxjs';
import { fuzzyMatch, type Highlight } from '../context-keys/fuzzy-match.ts';

export interface QuickPickItem {
  readonly id: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly detail?: string | undefined;
  readonly icon?: string | undefined;
  /** The key that does the same, as it is labelled. */
  readonly keybinding?: string | undefined;
  /** Why it cannot be picked, where it can't. */
  readonly disabled?: string | undefined;
  /** A heading that stands before this item. */
  readonly separator?: string | undefined;
  /** What is put into the line where it is chosen, in place of choosing it: how the text may go on. */
  readonly completes?: string | undefined;
  /** Identifiers that are chosen in its place. */
  readonly standsFor?: (() => readonly string[]) | undefined;
}

/** An item as it is shown, with what of it matches. */
export interface ShownItem extends QuickPickItem {
  readonly labelHighlights: readonly Highlight[];
  readonly descriptionHighlights: readonly Highlight[];
}

export interface QuickInputStep {
  readonly title?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly value?: string | undefined;
  /** Step 2 of 3. */
  readonly step?: number | undefined;
  readonly totalSteps?: number | undefined;
  /** Shows *Back*. */
  readonly canGoBack?: boolean | undefined;
}

export interface QuickPickOptions extends QuickInputStep {
  /** What to choose from: filtered and ranked here. */
  readonly items?: readonly QuickPickItem[] | Promise<readonly QuickPickItem[]>;
  /** In place of `items`: what fits the text, filtered and ranked already. Called at each key stroke. */
  readonly source?: (value: string) => readonly ShownItem[] | Promise<readonly ShownItem[]>;
  /** What `source` answers from may be another: it is asked anew. */
  readonly changes$?: Observable<unknown> | undefined;
  readonly many?: boolean | undefined;
  /** Identifiers ticked at the beginning. */
  readonly picked?: readonly string[] | undefined;
}

export interface QuickPickState extends Omit<QuickInputStep, 'value'> {
  readonly kind: 'pick';
  readonly value: string;
  readonly items: readonly ShownItem[];
  readonly many: boolean;
  readonly picked: ReadonlySet<string>;
  /** Which item Enter takes; -1: none. */
  readonly activeIndex: number;
  readonly busy: boolean;
}

/** What a step ends with: *Back* was pressed. */
export const goBack = Symbol('goBack');
export type GoBack = typeof goBack;

/** A list to choose from. The view draws `state$` and calls the methods. */
export class QuickPick {
  readonly kind = 'pick';
  private readonly state: BehaviorSubject<QuickPickState>;
  private readonly options: QuickPickOptions;
  private readonly settle: (result: readonly string[] | GoBack | undefined) => void;
  private all: readonly QuickPickItem[] = [];
  private asked = 0;
  readonly state$: Observable<QuickPickState>;

  constructor(options: QuickPickOptions, settle: (result: readonly string[] | GoBack | undefined) => void) {
    this.options = options;
    this.settle = settle;
    const { title, placeholder, value = '', step, totalSteps, canGoBack, many = false, picked = [] } = options;
    this.state = new BehaviorSubject<QuickPickState>({
      kind: 'pick',
      title,
      placeholder,
      value,
      step,
      totalSteps,
      canGoBack,
      items: [],
      many,
      picked: new Set(picked),
      activeIndex: -1,
      busy: false,
    });
    this.state$ = this.state;
    void this.begin();
  }

  get current(): QuickPickState {
    return this.state.value;
  }

  setValue(value: string): void {
    this.update({ value });
    void this.refresh();
  }

  setActive(index: number): void {
    const { length } = this.current.items;
    // Around the ends, as a list of VS Code goes.
    this.update({ activeIndex: length === 0 ? -1 : (index + length) % length });
  }

  /** Ticks an item, or takes the tick away. */
  toggle(id: string): void {
    const item = this.find(id);
    if (item?.disabled !== undefined) return;
    if (item?.completes !== undefined) return this.setValue(item.completes);
    const picked = new Set(this.current.picked);
    const ids = item?.standsFor?.() ?? [id];
    const ticked = ids.every((each) => picked.has(each));
    for (const each of ids) {
      if (ticked) picked.delete(each);
      else picked.add(each);
    }
    this.update({ picked });
  }

  /** Whether it is ticked, with all that it stands for. */
  isTicked({ id, standsFor, disabled }: QuickPickItem): boolean {
    const { picked } = this.current;
    if (picked.size === 0 || disabled !== undefined) return false;
    return standsFor ? standsFor().every((each) => picked.has(each)) : picked.has(id);
  }

  /** Takes this item, or the active one; where many can be ticked, all that are. One that completes the text does that. */
  accept(id = this.current.items[this.current.activeIndex]?.id): void {
    const completes = this.find(id)?.completes;
    if (completes !== undefined) this.setValue(completes);
    else this.finish(id);
  }

  /** Takes what is ticked, else this item, or the active one. */
  finish(id = this.current.items[this.current.activeIndex]?.id): void {
    const { many, picked } = this.current;
    if (many && picked.size > 0) return this.settle([...picked]);
    const item = this.find(id);
    if (item && item.disabled === undefined && item.completes === undefined) {
      this.settle(item.standsFor?.() ?? [item.id]);
    }
  }

  back(): void {
    if (this.current.canGoBack) this.settle(goBack);
  }

  hide(): void {
    this.settle(undefined);
  }

  /** Asks anew for what fits the text, because something else has changed: what was active stays so. */
  async reload(): Promise<void> {
    const active = this.current.items[this.current.activeIndex]?.id;
    await this.refresh();
    const index = this.current.items.findIndex(({ id }) => id === active);
    if (index >= 0) this.update({ activeIndex: index });
  }

  private async begin(): Promise<void> {
    const { items } = this.options;
    if (items instanceof Promise) {
      this.update({ busy: true });
      this.all = await items.catch(() => []);
      this.update({ busy: false });
    } else {
      this.all = items ?? [];
    }
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    const { value } = this.current;
    const asked = ++this.asked;
    const found = this.options.source ? this.options.source(value) : rankItems(this.all, value);
    if (!(found instanceof Promise)) return this.showItems(found);
    this.update({ busy: true });
    const items = await found.catch(() => []);
    if (asked !== this.asked) return; // typed on meanwhile
    this.update({ busy: false });
    this.showItems(items);
  }

  private find(id: string | undefined): ShownItem | undefined {
    return this.current.items.find((each) => each.id === id);
  }

  private showItems(items: readonly ShownItem[]): void {
    const first = items.findIndex(({ disabled, completes }) => disabled === undefined && completes === undefined);
    const activeIndex = first >= 0 ? first : items.findIndex(({ disabled }) => disabled === undefined);
    this.update({ items, activeIndex });
  }

  private update(change: Partial<QuickPickState>): void {
    this.state.next({ ...this.current, ...change });
  }
}

/** The items that a text matches, the best first; in their own order where there is no text. */
export function rankItems(items: readonly QuickPickItem[], text: string): readonly ShownItem[] {
  if (text.trim() === '') return items.map((item) => ({ ...item, labelHighlights: [], descriptionHighlights: [] }));
  const ranked: { item: ShownItem; score: number }[] = [];
  for (const { separator: _, ...item } of items) {
    const label = fuzzyMatch(text, item.label);
    const description = label || !item.description ? undefined : fuzzyMatch(text, item.description);
    const score = label ? label.score + 1000 : description?.score;
    if (score === undefined) continue;
    const shown = { labelHighlights: label?.highlights ?? [], descriptionHighlights: description?.highlights ?? [] };
    ranked.push({ item: { ...item, ...shown }, score });
  }
  return ranked.sort((a, b) => b.score - a.score).map(({ item }) => item);
}
