import { html, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { currentLanguage, formatDateTime } from '#webview/base/l10n.ts';

/** By the hub's clock, where `setClock` was called: what the hub says of times is told by it. */
let clock: () => number = Date.now;
export function setClock(now: () => number): void {
  clock = now;
}

const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `3 minutes ago`, `vor 3 Minuten`, where there is little room `3m ago`; within a minute: *now*. */
export function relativeTime(
  at: number,
  now = clock(),
  language: string = currentLanguage(),
  style: Intl.RelativeTimeFormatStyle = 'long',
): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style });
  const seconds = (at - now) / 1000;
  for (const [unit, size] of units)
    // What has begun counts for the past only when it is over; what is to come is rounded: 90 days are 3 months.
    if (Math.abs(seconds) >= size) return format.format(wholeOf(seconds / size), unit);
  return format.format(0, 'second');
}

const wholeOf = (amount: number): number => (amount < 0 ? Math.trunc(amount) : Math.round(amount));

/** A moment as people say it, with date and time on hover and for machines. */
export const timeAgo = (at: number, style?: Intl.RelativeTimeFormatStyle): TemplateResult =>
  html`<time datetime=${new Date(at).toISOString()} title=${formatDateTime(at)}
    >${relativeTime(at, clock(), currentLanguage(), style)}</time
  >`;

/** A moment of today as a clock shows it, of another day with its date. */
export function clockTime(at: number, now = clock(), language: string = currentLanguage()): string {
  const today = new Date(at).toDateString() === new Date(now).toDateString();
  const style: Intl.DateTimeFormatOptions = today
    ? { timeStyle: 'short' }
    : { timeStyle: 'short', dateStyle: 'medium' };
  return new Intl.DateTimeFormat(language, style).format(at);
}

/** A length of time in its two largest units: `3 days, 4 hours`. */
export function duration(milliseconds: number, language: string = currentLanguage()): string {
  const parts = (['day', 'hour', 'minute'] as const)
    .map((unit, index) => {
      const size = [86_400_000, 3_600_000, 60_000][index]!;
      const within = index === 0 ? Infinity : [86_400_000, 3_600_000][index - 1]!;
      return [unit, Math.floor((milliseconds % within) / size)] as const;
    })
    .filter(([unit, value], index, all) => value > 0 || (unit === 'minute' && all.every(([, other]) => other === 0)))
    .slice(0, 2)
    .map(([unit, value]) =>
      new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value),
    );
  return new Intl.ListFormat(language, { style: 'narrow', type: 'unit' }).format(parts);
}

/** `1.5 GB`, in the language's own way. */
export function byteSize(bytes: number, language: string = currentLanguage()): string {
  const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const power = Math.min(sizes.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: sizes[power]!,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(bytes / 1024 ** power);
}

/** Draws its element anew every half minute, so that relative times stay true. */
export class Clock implements ReactiveController {
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.timer = setInterval(() => this.host.requestUpdate(), 30_000);
  }

  hostDisconnected(): void {
    clearInterval(this.timer);
  }
}
