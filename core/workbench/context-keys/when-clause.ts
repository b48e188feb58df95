// VS Code's own engine, which monaco-editor carries. By the package's `exports` Node, esbuild and TypeScript all find it,
// so that unbundled tests and bundles run the same code; only its types are ours (`monaco-engines.d.ts`).
import { Parser, type ContextKeyExpression } from 'monaco-editor/platform/contextkey/common/contextkey';

export type ContextValue =
  string | number | boolean | null | undefined | readonly string[] | Readonly<Record<string, unknown>>;

/** A when-clause, parsed. */
export interface WhenClause {
  /** The keys that it looks at. */
  readonly keys: readonly string[];
  matches(valueOf: (key: string) => ContextValue): boolean;
}

export interface WhenClauseProblem {
  readonly message: string;
  /** Characters from the beginning. */
  readonly offset: number;
}

const always: WhenClause = { keys: [], matches: () => true };
const never: WhenClause = { keys: [], matches: () => false };
const parsed = new Map<string, WhenClause>();

/** Parses a when-clause (and remembers it). One that is empty always holds; one that is wrong never does. */
export function parseWhen(text: string | undefined): WhenClause {
  if (!text?.trim()) return always;
  let clause = parsed.get(text);
  if (!clause) parsed.set(text, (clause = parse(text)));
  return clause;
}

/** What is wrong with a when-clause; undefined where nothing is. */
export function whenProblem(text: string): WhenClauseProblem | undefined {
  if (!text.trim()) return undefined;
  const parser = new Parser({ regexParsingWithErrorRecovery: false });
  const expression = parser.parse(text);
  const lexing = parser._scanner?._errors?.[0];
  if (lexing) return { message: lexing.additionalInfo ?? `Unexpected ${lexing.lexeme}`, offset: lexing.offset };
  const parsing = parser._parsingErrors?.[0];
  if (parsing) return { message: parsing.message, offset: parsing.offset };
  return expression ? undefined : { message: 'Unexpected end', offset: text.length };
}

function parse(text: string): WhenClause {
  const expression: ContextKeyExpression | undefined = whenProblem(text)
    ? undefined
    : new Parser({ regexParsingWithErrorRecovery: false }).parse(text);
  if (!expression) return never;
  return {
    keys: expression.keys(),
    matches: (valueOf) => expression.evaluate({ getValue: <T>(key: string) => valueOf(key) as T | undefined }),
  };
}
