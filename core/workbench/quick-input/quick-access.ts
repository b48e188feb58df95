import { merge, type Observable } from 'rxjs';
import { type Disposable, toDisposable } from '#core/base/lifecycle.ts';
import { rankItems, type ShownItem } from './quick-pick.ts';
import type { QuickInputService } from './quick-input-service.ts';

/** What the quick input offers for a prefix: `>` commands, none devices. */
export interface QuickAccessProvider {
  readonly prefix: string;
  /** What it is for, in the list that `?` shows. */
  readonly help: () => string;
  readonly placeholder: () => string;
  /** What fits the text behind the prefix, the best first. */
  items(text: string): readonly ShownItem[] | Promise<readonly ShownItem[]>;
  /** What `items` answers from may be another. */
  readonly changes$?: Observable<unknown>;
  /** An item was chosen. */
  accept(id: string): void;
}

/** Quick open: what is typed first says what is looked for. */
export class QuickAccess {
  private readonly quickInput: QuickInputService;
  private readonly providers: QuickAccessProvider[] = [];

  constructor(quickInput: QuickInputService) {
    this.quickInput = quickInput;
  }

  register(provider: QuickAccessProvider): Disposable {
    this.providers.push(provider);
    return toDisposable(() => void this.providers.splice(this.providers.indexOf(provider), 1));
  }

  /** Opens with a text, by whose prefix the provider is chosen and may change while it is typed. */
  async show(value = ''): Promise<void> {
    const first = this.providerOf(value);
    let last = value;
    const picked = await this.quickInput.pick({
      value,
      placeholder: first?.placeholder(),
      source: (text) => {
        last = text;
        if (text.startsWith('?')) return this.help(text.slice(1));
        const provider = this.providerOf(text);
        return provider?.items(text.slice(provider.prefix.length).trimStart()) ?? [];
      },
      changes$: merge(...this.providers.flatMap(({ changes$ }) => changes$ ?? [])),
    });
    if (!Array.isArray(picked)) return;
    const [id] = picked as string[];
    if (id === undefined) return;
    if (last.startsWith('?')) return this.show(id);
    this.providerOf(last)?.accept(id);
  }

  /** The one with the longest prefix that the text begins with. */
  private providerOf(text: string): QuickAccessProvider | undefined {
    return this.providers
      .filter(({ prefix }) => text.startsWith(prefix))
      .reduce<QuickAccessProvider | undefined>((a, b) => (a && a.prefix.length >= b.prefix.length ? a : b), undefined);
  }

  private help(text: string): readonly ShownItem[] {
    const items = this.providers.map(({ prefix, help }) => ({ id: prefix, label: prefix || '…', description: help() }));
    return rankItems(items, text);
  }
}
