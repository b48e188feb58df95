/** Texts that came within a time, as many as a limit allows. */
export class RecentKeys {
  /** When each came, the oldest first. */
  private readonly times = new Map<string, number>();
  private readonly interval: number;
  private readonly most: number;

  /** @param interval milliseconds */
  constructor(interval: number, most: number) {
    this.interval = interval;
    this.most = most;
  }

  /** @returns whether it has come within the time before; where not, the time begins now */
  hasComeAgain(key: string): boolean {
    const now = Date.now();
    const last = this.times.get(key);
    if (last !== undefined && now - last < this.interval) return true;
    this.times.delete(key);
    this.times.set(key, now);
    const [oldest] = this.times.keys();
    if (this.times.size > this.most && oldest !== undefined) this.times.delete(oldest);
    return false;
  }
}
