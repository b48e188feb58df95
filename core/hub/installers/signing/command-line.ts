/**
 * A command line as words, split as a shell splits it: quotes of both kinds and backslashes, and nothing else of a shell's.
 * No shell ever sees it.
 * @throws RangeError where a quote is not closed
 */
export function wordsOf(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < command.length; at++) {
    const character = command[at]!;
    if (quote) {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"' && /["\\]/.test(command[at + 1] ?? '')) word += command[++at]!;
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '\\' && at + 1 < command.length) word = (word ?? '') + command[++at]!;
    else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote) throw new RangeError(`A quote ${quote} is not closed.`);
  if (word !== undefined) words.push(word);
  return words;
}
