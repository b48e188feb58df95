/**
 * The parts of a distinguished name, `OU=Berlin,DC=example,DC=com`, in a form in which equal ones are equal (RFC 4514).
 * @returns undefined where it is none
 */
export function partsOf(name: string): readonly string[] | undefined {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < name.length; at++) {
    const character = name.charAt(at);
    if (character === '\\' && at + 1 < name.length) part += character + name.charAt(++at);
    else if (character === ',') {
      parts.push(part);
      part = '';
    } else part += character;
  }
  parts.push(part);
  const normal = parts.map(normalPart);
  return normal.includes('') ? undefined : normal;
}

/** Whether `name` is `suffix` or lies below it. */
export function isBelow(name: readonly string[], suffix: readonly string[]): boolean {
  const from = name.length - suffix.length;
  return from >= 0 && suffix.every((part, index) => part === name[from + index]);
}

function normalPart(part: string): string {
  const equals = part.indexOf('=');
  const [attribute, value] = [part.slice(0, equals).trim(), part.slice(equals + 1).trim()];
  return equals > 0 && /^[A-Za-z][\w.-]*$/.test(attribute) && value !== '' ? `${attribute}=${value}`.toLowerCase() : '';
}
