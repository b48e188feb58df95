import { createMatches, fuzzyScore } from 'monaco-editor/base/common/filters';

/** Characters of a text, from `start` to before `end`, that the pattern was found in. */
export interface Highlight {
  readonly start: number;
  readonly end: number;
}

export interface FuzzyMatch {
  /** Higher is better; comparable for one pattern only. */
  readonly score: number;
  readonly highlights: readonly Highlight[];
}

const longest = 128;

/**
 * VS Code's fuzzy match. Words of the pattern may stand in any order, and each must be found.
 * @returns undefined where the pattern is not in the text; score 0 for an empty pattern
 */
export function fuzzyMatch(pattern: string, text: string): FuzzyMatch | undefined {
  const words = pattern.trim().split(/\s+/).filter(Boolean);
  const word = text.slice(0, longest);
  const low = word.toLowerCase();
  let score = 0;
  const highlights: Highlight[] = [];
  for (const part of words) {
    const found = fuzzyScore(part, part.toLowerCase(), 0, word, low, 0, {
      firstMatchCanBeWeak: true,
      boostFullMatch: true,
    });
    if (!found) return undefined;
    score += found[0];
    highlights.push(...createMatches(found));
  }
  // Nothing is lost of a contiguous match, which the engine ranks below a scattered one at word starts.
  if (words.length > 1 && low.includes(pattern.trim().toLowerCase())) score += 10;
  return { score, highlights: merge(highlights) };
}

function merge(highlights: Highlight[]): Highlight[] {
  const merged: Highlight[] = [];
  for (const each of highlights.sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && each.start <= last.end)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, each.end) };
    else merged.push({ start: each.start, end: each.end });
  }
  return merged;
}
