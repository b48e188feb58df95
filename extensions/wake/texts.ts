import type { Latchkey, WakeResult } from '../../protocol/api/index.ts';

/** The errors that the tables have a short text for. */
const known = [
  'wake.alreadyOnline',
  'wake.deviceWaiting',
  'wake.noAddress',
  'wake.noSubnet',
  'wake.noSender',
  'wake.sendFailed',
  'wake.noAnswer',
  'wake.noAnswerRouted',
  'device.notFound',
];

/** What is said of results, short enough for a row of a table and made here: a call for each of thousands would take long. */
export class Texts {
  private readonly l10n: Latchkey['l10n'];

  constructor(l10n: Latchkey['l10n']) {
    this.l10n = l10n;
  }

  state({ state }: WakeResult): string {
    return this.l10n.t(`state.${state}`);
  }

  sentBy({ sentBy }: WakeResult): string {
    const names = sentBy.map(({ device, name }) => (device === null ? this.l10n.t('sender.hub') : name));
    return new Intl.ListFormat(this.l10n.language, { type: 'conjunction' }).format(names);
  }

  /** Why it is not awake; null where there is nothing to say. */
  why({ problem }: WakeResult): string | null {
    if (!problem) return null;
    const { code, args } = problem;
    if (known.includes(code)) return this.l10n.t(`why.${code}`, args);
    return this.l10n.t('why.wake.sendFailed', { reason: code });
  }
}
