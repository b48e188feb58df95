/** Windows shows other programs no more of a computer's name than this. */
const netBiosLength = 15;

/**
 * A computer's name as a list gives it, without what else may stand there: `EXAMPLE\PC-1$` and `pc-1.example.com` are
 * `PC-1` and `pc-1`.
 */
export function bareComputerName(name: string): string {
  const [, account = ''] = /^(?:[^\\]*\\)?(.*?)\$?$/s.exec(name.trim()) ?? [];
  return account.split('.', 1)[0]!.normalize('NFC');
}

/** How names of computers are compared. */
export const computerKey = (name: string): string => bareComputerName(name).toLowerCase();

/** Whether this can be a computer's name, bare or with its domain. */
export function isComputerName(name: string): boolean {
  const [, account = ''] = /^(?:[^\\]*\\)?(.*?)\$?$/s.exec(name.trim()) ?? [];
  const [host = '', ...domain] = account.split('.');
  return (
    /^[\p{L}\p{N}_][\p{L}\p{N}_-]{0,62}$/u.test(host) && domain.every((label) => /^[\p{L}\p{N}_-]{1,63}$/u.test(label))
  );
}

/**
 * Finds computers by name among those expected: in whatever case, with or without their domain, and by the first 15 characters
 * where either side knows no more.
 */
export class ComputerList<T> {
  private readonly byKey = new Map<string, T>();
  private readonly byShortKey = new Map<string, T>();

  add(name: string, value: T): void {
    const key = computerKey(name);
    this.byKey.set(key, value);
    if (key.length >= netBiosLength) this.byShortKey.set(key.slice(0, netBiosLength), value);
  }

  find(name: string): T | undefined {
    const key = computerKey(name);
    const exact = this.byKey.get(key);
    if (exact !== undefined || key.length < netBiosLength) return exact;
    // Two long names that begin alike are two computers.
    const short = this.byKey.get(key.slice(0, netBiosLength));
    return short ?? (key.length === netBiosLength ? this.byShortKey.get(key) : undefined);
  }
}
