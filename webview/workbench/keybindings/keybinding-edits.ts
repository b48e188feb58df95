import { applyEdits, modify, parse } from 'jsonc-parser';

/** A rule as `keybindings.json` holds it. */
export interface UserRule {
  readonly key: string;
  readonly command: string;
  readonly when?: string | undefined;
}

const formattingOptions = { insertSpaces: true, tabSize: 2 };

export function userRules(text: string): readonly UserRule[] {
  const rules: unknown = parse(text, [], { allowTrailingComma: true });
  return Array.isArray(rules) ? (rules as UserRule[]) : [];
}

/** Adds rules at the end; comments and layout stay. */
export function addRules(text: string, rules: readonly UserRule[]): string {
  let result = text.trim() === '' ? '[]' : text;
  for (const rule of rules) {
    const clean = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined));
    const edits = modify(result, [-1], clean, { formattingOptions, isArrayInsertion: true });
    result = applyEdits(result, edits);
  }
  return result;
}

/** Takes out the rules that `unwanted` names; comments and layout of the others stay. */
export function removeRules(text: string, unwanted: (rule: UserRule) => boolean): string {
  let result = text;
  userRules(text)
    .map((rule, index) => ({ rule, index }))
    .filter(({ rule }) => unwanted(rule))
    .reverse()
    .forEach(({ index }) => {
      result = applyEdits(result, modify(result, [index], undefined, { formattingOptions }));
    });
  return result;
}
