import { auditTime, BehaviorSubject, filter, merge, NEVER, type Observable } from 'rxjs';
import type { ContextKeyService } from '../context-keys/context-key-service.ts';
import { isRight } from '../context-keys/rights.ts';
import { InputBox, type InputBoxOptions } from './input-box.ts';
import { goBack, QuickPick, type GoBack, type QuickPickOptions } from './quick-pick.ts';

/** One step of a dialogue: given whether there is a step to go back to, and its number. */
export type Step = (position: {
  readonly step: number;
  readonly totalSteps: number;
  readonly canGoBack: boolean;
}) => Promise<GoBack | undefined | true>;

/** What is asked at the top of the window: one thing at a time; a new one puts away what is there. */
export class QuickInputService {
  private readonly contextKeys: ContextKeyService;
  private readonly shown = new BehaviorSubject<QuickPick | InputBox | undefined>(undefined);

  /** What the view is to draw. */
  readonly current$: Observable<QuickPick | InputBox | undefined> = this.shown;

  constructor(contextKeys: ContextKeyService) {
    this.contextKeys = contextKeys;
  }

  get current(): QuickPick | InputBox | undefined {
    return this.shown.value;
  }

  /** @returns the identifiers chosen; undefined where it was dismissed */
  async pick(options: QuickPickOptions): Promise<readonly string[] | GoBack | undefined> {
    // What is switched off while it is offered is greyed out at once.
    const rights$ = this.contextKeys.changes$.pipe(filter((keys) => [...keys].some(isRight)));
    // Commands come by the dozen, in one go.
    const changes$ = (options.changes$ ?? NEVER).pipe(auditTime(0));
    const changes = merge(rights$, changes$).subscribe(() => {
      if (this.current instanceof QuickPick) void this.current.reload();
    });
    try {
      return await this.show((settle) => new QuickPick(options, settle));
    } finally {
      changes.unsubscribe();
    }
  }

  /** @returns what was typed; undefined where it was dismissed */
  input(options: InputBoxOptions): Promise<string | GoBack | undefined> {
    return this.show((settle) => new InputBox(options, settle));
  }

  /**
   * Asks one thing after another, with *Back*. A step answers `goBack`, undefined (dismissed) or true (done).
   * @returns whether all were answered
   */
  async steps(steps: readonly Step[]): Promise<boolean> {
    for (let at = 0; at < steps.length;) {
      const answer = await steps[at]?.({ step: at + 1, totalSteps: steps.length, canGoBack: at > 0 });
      if (answer === undefined) return false;
      at += answer === goBack ? -1 : 1;
    }
    return true;
  }

  /** Puts away what is asked, as Escape does. */
  hide(): void {
    this.shown.value?.hide();
  }

  private show<R>(
    make: (settle: (result: R | GoBack | undefined) => void) => QuickPick | InputBox,
  ): Promise<R | GoBack | undefined> {
    this.hide();
    return new Promise((resolve) => {
      const made: QuickPick | InputBox = make((result) => {
        if (this.shown.value === made) {
          this.shown.next(undefined);
          this.contextKeys.set('inQuickOpen', false);
        }
        resolve(result);
      });
      this.shown.next(made);
      this.contextKeys.set('inQuickOpen', true);
    });
  }
}
