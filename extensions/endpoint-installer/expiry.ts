const units = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

/** Why a text is no expiry: a key of the texts. */
export type ExpiryProblem = 'error.expiresUnreadable' | 'error.expiresPast';

/**
 * When an installer expires, in milliseconds since 1970; null: never.
 * @param text `never` or empty, a duration (`12h`, `30d`, `4w`), a day (`2026-12-31`, to its end in local time) or an ISO 8601 time
 */
export function parseExpiry(text: string | undefined, now: number): number | null | ExpiryProblem {
  const value = text?.trim() ?? '';
  if (value === '' || value === 'never') return null;
  const [, amount, unit] = /^(\d{1,5})([hdw])$/.exec(value) ?? [];
  if (amount && unit) {
    const at = now + Number(amount) * units[unit as keyof typeof units];
    return at > now ? at : 'error.expiresPast';
  }
  if (!/^\d{4}-\d{2}-\d{2}(T\S+)?$/.test(value)) return 'error.expiresUnreadable';
  const at = Date.parse(value.includes('T') ? value : `${value}T23:59:59.999`);
  if (Number.isNaN(at)) return 'error.expiresUnreadable';
  return at > now ? at : 'error.expiresPast';
}
