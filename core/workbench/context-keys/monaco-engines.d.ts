// monaco-editor ships these modules of VS Code without types; what is used of them, as VS Code declares it.
declare module 'monaco-editor/platform/contextkey/common/contextkey' {
  export interface ContextKeyExpression {
    evaluate(context: { getValue<T>(key: string): T | undefined }): boolean;
    keys(): string[];
  }
  export class Parser {
    constructor(config?: { regexParsingWithErrorRecovery: boolean });
    // The package's own build drops the getters of these, which nothing in the editor calls.
    readonly _parsingErrors?: readonly { message: string; offset: number; additionalInfo?: string }[];
    readonly _scanner?: { readonly _errors?: readonly { offset: number; lexeme: string; additionalInfo?: string }[] };
    parse(input: string): ContextKeyExpression | undefined;
  }
}
declare module 'monaco-editor/base/common/filters' {
  export interface IMatch {
    start: number;
    end: number;
  }
  export type FuzzyScore = [score: number, wordStart: number, ...matches: number[]];
  export function fuzzyScore(
    pattern: string,
    patternLow: string,
    patternStart: number,
    word: string,
    wordLow: string,
    wordStart: number,
    options?: { firstMatchCanBeWeak: boolean; boostFullMatch: boolean },
  ): FuzzyScore | undefined;
  export function createMatches(score: FuzzyScore | undefined): IMatch[];
}
