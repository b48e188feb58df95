/** The digits of what a person typed or pasted: keys come with spaces, hyphens or in a whole link. */
export const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** `123 456 789`, as far as it goes. */
export const inGroups = (digits: string): string => digits.replace(/(\d{3})(?=\d)/g, '$1 ');

/**
 * What a key's field shows after something was typed, and where its cursor stands.
 * @param text as it is now
 * @param cursor in `text`
 */
export function groupWhileTyping(text: string, cursor: number): { text: string; cursor: number } {
  const digits = digitsOf(text);
  const before = digitsOf(text.slice(0, cursor)).length;
  const grouped = inGroups(digits);
  // Behind the digit that was behind it, not behind the space that follows.
  let at = 0;
  for (let seen = 0; seen < before; at++) if (/\d/.test(grouped[at]!)) seen++;
  return { text: grouped, cursor: at };
}

/** The key of a link's fragment, `#123456789`; '' where there is none. */
export const keyIn = (fragment: string): string => /^\d{9}$/.exec(fragment.replace(/^#|%20|[\s-]/g, ''))?.[0] ?? '';

/** The code of an error for which the hub led back to this page, `#problem=session.ticketInvalid`. */
export const problemIn = (fragment: string): string | undefined => /^#problem=([A-Za-z.]{1,64})$/.exec(fragment)?.[1];
