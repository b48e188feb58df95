export interface BackOffOptions {
  /** Seconds: the most that the first wait takes. It is short, because most interruptions are. */
  readonly first: number;
  /** Seconds: the most that any wait takes. */
  readonly longest: number;
  /** 0…1. */
  readonly random: () => number;
}

/** Waits between attempts: exponential with full jitter, so that a fleet does not come back all at once. */
export class BackOff {
  private readonly options: BackOffOptions;
  private failures = 0;

  constructor(options: BackOffOptions) {
    this.options = options;
  }

  /** Seconds until the next attempt. */
  next(): number {
    const { first, longest, random } = this.options;
    const ceiling = Math.min(longest, first * 2 ** Math.min(this.failures++, 30));
    return random() * ceiling;
  }

  /** It went well: the next interruption is waited for as the first one. */
  reset(): void {
    this.failures = 0;
  }
}
