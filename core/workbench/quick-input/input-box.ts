import { BehaviorSubject, type Observable } from 'rxjs';
import { goBack, type GoBack, type QuickInputStep } from './quick-pick.ts';

export interface InputBoxOptions extends QuickInputStep {
  readonly prompt?: string | undefined;
  readonly password?: boolean | undefined;
  /** What is wrong with a value; undefined where nothing is. Called while it is typed. */
  readonly validate?: (value: string) => string | undefined | Promise<string | undefined>;
}

export interface InputBoxState extends Omit<QuickInputStep, 'value'> {
  readonly kind: 'input';
  readonly value: string;
  readonly prompt?: string | undefined;
  readonly password: boolean;
  /** What is wrong with the value. */
  readonly problem?: string | undefined;
  readonly busy: boolean;
}

/** One line to type. The view draws `state$` and calls the methods. */
export class InputBox {
  readonly kind = 'input';
  private readonly state: BehaviorSubject<InputBoxState>;
  private readonly options: InputBoxOptions;
  private readonly settle: (result: string | GoBack | undefined) => void;
  private asked = 0;
  readonly state$: Observable<InputBoxState>;

  constructor(options: InputBoxOptions, settle: (result: string | GoBack | undefined) => void) {
    this.options = options;
    this.settle = settle;
    const { title, placeholder, value = '', step, totalSteps, canGoBack, prompt, password = false } = options;
    const fixed = { title, placeholder, step, totalSteps, canGoBack, prompt, password };
    this.state = new BehaviorSubject<InputBoxState>({ kind: 'input', ...fixed, value, busy: false });
    this.state$ = this.state;
  }

  get current(): InputBoxState {
    return this.state.value;
  }

  setValue(value: string): void {
    this.update({ value });
    void this.check();
  }

  /** Takes the value if it is valid. */
  async accept(): Promise<void> {
    const { value } = this.current;
    if ((await this.check()) === undefined && value === this.current.value) this.settle(value);
  }

  back(): void {
    if (this.current.canGoBack) this.settle(goBack);
  }

  hide(): void {
    this.settle(undefined);
  }

  private async check(): Promise<string | undefined> {
    const asked = ++this.asked;
    const { value } = this.current;
    const found = this.options.validate?.(value);
    if (found instanceof Promise) this.update({ busy: true });
    const problem = await found;
    if (asked === this.asked) this.update({ problem, busy: false });
    return problem;
  }

  private update(change: Partial<InputBoxState>): void {
    this.state.next({ ...this.current, ...change });
  }
}
