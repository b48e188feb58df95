export type QueryOperator = ':' | '=' | '~' | '>' | '>=' | '<' | '<=';

/** One word of a query. */
export interface QueryTerm {
  /** undefined: a free word. */
  readonly field?: string | undefined;
  readonly operator?: QueryOperator | undefined;
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

/** What a query asks, as it is nested. */
export type QueryExpression =
  | { readonly kind: 'term'; readonly term: QueryTerm }
  | { readonly kind: 'not'; readonly of: QueryExpression }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly QueryExpression[] };

export interface ParsedQuery {
  /** All of these have to hold. */
  readonly all: readonly QueryExpression[];
  /** All terms, however nested, in their order. */
  readonly terms: readonly QueryTerm[];
  readonly problems: readonly QueryProblem[];
}

const fieldPattern = /^([A-Za-z]+)(>=|<=|[:=~><])/;
const orPattern = /^or(?=[\s()]|$)/i;
/** Deeper than anybody nests; a query that somebody sends may be anything. */
const deepest = 50;

/**
 * Takes a query apart: words and `field:value` (or another operator), with `"quotes"` around what holds spaces, `-` before
 * what must not be, `or` between what is enough, and parentheses. What has no `or` between it has to hold together.
 */
export function parseQuery(text: string): ParsedQuery {
  const parser = new Parser(text);
  return { all: parser.parse(), terms: parser.terms, problems: parser.problems };
}

class Parser {
  readonly terms: QueryTerm[] = [];
  readonly problems: QueryProblem[] = [];
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  parse(): readonly QueryExpression[] {
    const all: QueryExpression[] = [];
    while (this.at < this.text.length) {
      const part = this.alternatives();
      if (part) all.push(...(part.kind === 'and' ? part.parts : [part]));
      if (this.text[this.at] === ')') {
        this.report('query.strayParenthesis', this.at, this.at + 1);
        this.at++;
      }
    }
    return all;
  }

  private alternatives(): QueryExpression | undefined {
    const parts: QueryExpression[] = [];
    for (;;) {
      const part = this.together();
      if (part) parts.push(part);
      const or = orPattern.test(this.text.slice(this.at));
      const start = this.at;
      if (or) this.at += 2;
      this.skipSpace();
      const rest = this.text.slice(this.at);
      if (or && (!part || rest === '' || rest.startsWith(')')))
        this.report('query.missingAlternative', start, start + 2);
      if (!or) break;
    }
    return parts.length > 1 ? { kind: 'or', parts } : parts[0];
  }

  private together(): QueryExpression | undefined {
    const parts: QueryExpression[] = [];
    for (;;) {
      this.skipSpace();
      const rest = this.text.slice(this.at, this.at + 3);
      if (rest === '' || rest.startsWith(')') || orPattern.test(rest)) break;
      const part = this.one();
      if (part) parts.push(part);
    }
    return parts.length > 1 ? { kind: 'and', parts } : parts[0];
  }

  private one(): QueryExpression | undefined {
    const { text, at } = this;
    const negated = text[at] === '-' && /[^\s)]/.test(text.charAt(at + 1));
    if (text[negated ? at + 1 : at] !== '(' || this.depth >= deepest) return this.term(negated);
    this.at += negated ? 2 : 1;
    this.depth++;
    const inner = this.alternatives();
    this.depth--;
    if (this.text[this.at] === ')') this.at++;
    else this.report('query.openParenthesis', negated ? at + 1 : at, this.text.length);
    return inner && negated ? { kind: 'not', of: inner } : inner;
  }

  private term(negated: boolean): QueryExpression {
    const { text } = this;
    const start = this.at;
    if (negated) this.at++;
    const match = fieldPattern.exec(text.slice(this.at, this.at + 40));
    if (match) this.at += match[0].length;
    const valueStart = this.at;
    const value = text[this.at] === '"' ? this.quoted() : this.bare();
    const field = match?.[1]?.toLowerCase();
    if (field !== undefined && value === '') this.report('query.missingValue', start, this.at, { field });
    const operator = match?.[2] as QueryOperator | undefined;
    const term: QueryTerm = { field, operator, value, negated, start, valueStart, end: this.at };
    this.terms.push(term);
    return { kind: 'term', term };
  }

  private quoted(): string {
    const { text, at } = this;
    let close = at + 1;
    while (close < text.length && text[close] !== '"') close += text[close] === '\\' ? 2 : 1;
    this.at = Math.min(close + 1, text.length);
    if (close >= text.length) this.report('query.openQuote', at, text.length);
    return text.slice(at + 1, close).replaceAll('\\"', '"');
  }

  /** Parentheses inside a word belong to it, as long as they are closed there. */
  private bare(): string {
    const { text, at } = this;
    const open: number[] = [];
    while (this.at < text.length && !/\s/.test(text.charAt(this.at))) {
      const character = text[this.at];
      if (character === ')' && open.length === 0) break;
      if (character === '(') open.push(this.at);
      if (character === ')') open.pop();
      this.at++;
    }
    const [first] = open;
    if (first !== undefined) this.report('query.openParenthesis', first, this.at);
    return text.slice(at, this.at);
  }

  private skipSpace(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
  }

  private report(key: string, start: number, end: number, args: QueryProblem['args'] = {}): void {
    this.problems.push({ key, args, start, end });
  }
}
