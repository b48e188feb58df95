/**
 * Whether a text is as a pattern says: `*` stands for any characters, `?` for one; capitals make no difference. Takes no
 * longer than both lengths multiplied, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const [wanted, given] = [[...pattern.toLowerCase()], [...text.toLowerCase()]];
  let [at, from] = [0, 0];
  let star = -1;
  let afterStar = 0;
  while (from < given.length) {
    if (wanted[at] === '*') {
      star = at++;
      afterStar = from;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[from])) {
      at++;
      from++;
    } else if (star >= 0) {
      // The last star takes one character more.
      at = star + 1;
      from = ++afterStar;
    } else {
      return false;
    }
  }
  while (wanted[at] === '*') at++;
  return at === wanted.length;
}
