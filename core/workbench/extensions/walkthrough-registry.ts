import { Subject, type Observable } from 'rxjs';
import { toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import type { Manifest } from '#protocol/manifest.ts';
import type { ContextKeyService } from '../context-keys/context-key-service.ts';
import type { Contributor } from '../l10n/contributor.ts';
import type { WorkbenchStorage } from '../storage/workbench-storage.ts';

type Contribution = Manifest['contributes']['walkthroughs'][number];

/** With texts in the language of now. */
export interface WalkthroughStep {
  readonly id: string;
  readonly title: string;
  /** May hold `[Title](command:ID)`. */
  readonly description: string;
  readonly done: boolean;
}
export interface Walkthrough {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly steps: readonly WalkthroughStep[];
}

const storageKey = 'walkthroughs.done';

/** The walkthroughs of the extensions, and how far one has come in each. */
export class WalkthroughRegistry {
  private readonly registered: { readonly walkthrough: Contribution; readonly contributor: Contributor }[] = [];
  private readonly changes = new Subject<void>();
  private readonly storage: WorkbenchStorage;
  private readonly contextKeys: ContextKeyService;
  private readonly done: Set<string>;
  /** One came or went, or a step was done. */
  readonly changes$: Observable<void> = this.changes;

  constructor(storage: WorkbenchStorage, contextKeys: ContextKeyService) {
    this.storage = storage;
    this.contextKeys = contextKeys;
    const stored = storage.get<unknown>(storageKey);
    this.done = new Set(Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : []);
  }

  register(walkthrough: Contribution, contributor: Contributor): Disposable {
    const entry = { walkthrough, contributor };
    this.registered.push(entry);
    this.changes.next();
    return toDisposable(() => {
      this.registered.splice(this.registered.indexOf(entry), 1);
      this.changes.next();
    });
  }

  /** Those whose when-clause holds. */
  all(): readonly Walkthrough[] {
    return this.registered
      .filter(({ walkthrough }) => this.contextKeys.matches(walkthrough.when))
      .map(({ walkthrough, contributor: { localize } }) => ({
        id: walkthrough.id,
        title: localize(walkthrough.title),
        description: localize(walkthrough.description),
        steps: walkthrough.steps.map(({ id, title, description }) => ({
          id,
          title: localize(title),
          description: localize(description),
          done: this.done.has(`${walkthrough.id}/${id}`),
        })),
      }));
  }

  /** Marks a step by hand. */
  mark(walkthrough: string, step: string, done: boolean): void {
    const key = `${walkthrough}/${step}`;
    if (done === this.done.has(key)) return;
    if (done) this.done.add(key);
    else this.done.delete(key);
    this.storage.set(storageKey, [...this.done]);
    this.changes.next();
  }

  /** Something happened that completes steps: `onCommand:ID` a command has run, `onView:ID` a view was opened. */
  completeBy(event: string): void {
    for (const { walkthrough } of this.registered) {
      for (const { id, completionEvents = [] } of walkthrough.steps) {
        if (completionEvents.includes(event)) this.mark(walkthrough.id, id, true);
      }
    }
  }
}
