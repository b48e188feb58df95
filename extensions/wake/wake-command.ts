import type { CommandContext, Latchkey, WakeResult } from '../../protocol/api/index.ts';
import { firstThatFits } from './message-size.ts';
import { ResultPages } from './result-pages.ts';
import { Texts } from './texts.ts';

export interface WakeArguments {
  readonly devices: readonly string[];
}

/** What the command answers. */
export interface WakeSummary {
  readonly awake: number;
  readonly noAnswer: number;
  /** Not tried, not sent, or given up. */
  readonly others: number;
  readonly devices: readonly {
    readonly id: string;
    readonly name: string;
    readonly state: WakeResult['state'];
    readonly sentBy: readonly string[];
    /** Why it is not awake, in the reader's language (its code where all would not fit a message); null where it is. */
    readonly reason: string | null;
  }[];
}

/** Wakes devices, shows how it goes, and what became of each. */
export class WakeCommand {
  private readonly latchkey: Latchkey;
  private readonly texts: Texts;
  private readonly pages: ResultPages;

  constructor(latchkey: Latchkey) {
    this.latchkey = latchkey;
    this.texts = new Texts(latchkey.l10n);
    this.pages = new ResultPages(latchkey, this.texts);
  }

  /** @throws Error where nothing could be tried for any device, with the reason */
  async run({ devices }: WakeArguments, { token, progress }: CommandContext): Promise<WakeSummary> {
    const { l10n, devices: api } = this.latchkey;
    const count = devices.length;
    const page = count > 1 ? await this.pages.open(count) : undefined;
    const results = await api.wake(devices, {
      token,
      progress: ({ fraction = 0 }) => {
        const settled = Math.round(fraction * count);
        progress({ fraction, message: l10n.t('progress', { settled, count }) });
        if (page) this.pages.progress(page, settled);
      },
    });
    if (page) await this.pages.finish(page, results);
    await this.requireTried(results);
    this.tell(results);
    return summaryOf(results, this.texts);
  }

  refresh(): void {
    this.pages.refresh();
  }

  private async requireTried(results: readonly WakeResult[]): Promise<void> {
    const [first] = results;
    if (!first?.problem || results.some(({ state }) => state !== 'refused' && state !== 'failed')) return;
    if (results.length === 1) throw new Error(await this.latchkey.l10n.describeProblem(first.problem));
    throw new Error(this.latchkey.l10n.t('noneTried', { name: first.name, why: this.texts.why(first) ?? '' }));
  }

  /** A message is said, not waited for: the command is done. */
  private tell(results: readonly WakeResult[]): void {
    const { window, l10n, log } = this.latchkey;
    const count = results.length;
    const awake = results.filter(({ state }) => state === 'awake').length;
    const [only] = results;
    const say = async (): Promise<void> => {
      if (awake === count) {
        const one = count === 1 && only;
        await window.showInformation(one ? l10n.t('done.one', { name: only.name }) : l10n.t('done.all', { count }));
      } else if (count === 1 && only?.problem) {
        await window.showWarning(await l10n.describeProblem(only.problem));
      } else if (count > 1) {
        await window.showWarning(l10n.t('done.some', { awake, count }));
      }
    };
    void say().catch((error: Error) => log.warn(error.message));
  }
}

function summaryOf(results: readonly WakeResult[], texts: Texts): WakeSummary {
  const counted = (state: WakeResult['state']): number => results.filter((each) => each.state === state).length;
  const [awake, noAnswer] = [counted('awake'), counted('noAnswer')];
  const others = results.length - awake - noAnswer;
  const devices = (shown: (text: string) => string, why: (result: WakeResult) => string | null) =>
    results.map((result) => ({
      id: result.device,
      name: shown(result.name),
      state: result.state,
      sentBy: result.sentBy.map(({ name }) => shown(name)),
      reason: why(result),
    }));
  return firstThatFits([
    () => ({ awake, noAnswer, others, devices: devices(whole, (result) => texts.why(result)) }),
    // Ten thousand devices with names as long as can be.
    () => ({ awake, noAnswer, others, devices: devices(shortened, ({ problem }) => problem?.code ?? null) }),
  ]);
}

const whole = (name: string): string => name;
const shortened = (name: string): string => (name.length > 32 ? `${name.slice(0, 31)}…` : name);
