/** One word of a query. */
export interface QueryTerm {
  /** undefined: a free word. */
  readonly field?: string | undefined;
  /** `:` is, `~` contains. */
  readonly operator?: ':' | '~' | undefined;
  readonly value: string;
  readonly negated: boolean;
  /** Where it stands, in characters from the beginning; `valueStart` is where its value does. */
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** What is wrong with a query, and where. `key` is a text of the workbench's catalogues. */
export interface QueryProblem {
  readonly key: string;
  readonly args: Readonly<Record<string, string | number>>;
  readonly start: number;
  readonly end: number;
}

const fieldPattern = /^([A-Za-z][A-Za-z]*)([:~])/;

/**
 * Takes a query apart: words, `field:value` and `field~value`, with `"quotes"` around what holds spaces and `-` before
 * what must not be. All of them have to hold.
 */
export function parseQuery(text: string): { readonly terms: QueryTerm[]; readonly problems: QueryProblem[] } {
  const terms: QueryTerm[] = [];
  const problems: QueryProblem[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++;
      continue;
    }
    const start = at;
    const negated = text.charAt(at) === '-' && /\S/.test(text.charAt(at + 1));
    if (negated) at++;
    const match = fieldPattern.exec(text.slice(at));
    if (match) at += match[0].length;
    const valueStart = at;
    let value = '';
    if (text.charAt(at) === '"') {
      const close = closingQuote(text, at);
      value = text.slice(at + 1, close ?? text.length).replaceAll('\\"', '"');
      if (close === undefined) problems.push({ key: 'query.openQuote', args: {}, start: at, end: text.length });
      at = close === undefined ? text.length : close + 1;
    } else {
      while (at < text.length && !/\s/.test(text.charAt(at))) value += text.charAt(at++);
    }
    const field = match?.[1]?.toLowerCase();
    if (field !== undefined && value === '') {
      problems.push({ key: 'query.missingValue', args: { field }, start, end: at });
    }
    terms.push({ field, operator: match?.[2] as ':' | '~' | undefined, value, negated, start, valueStart, end: at });
  }
  return { terms, problems };
}

function closingQuote(text: string, open: number): number | undefined {
  for (let at = open + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (text.charAt(at) === '"') return at;
  }
  return undefined;
}
