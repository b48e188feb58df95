/**
 * Characters of JSON that a message may have, with room for what is around it: the host takes 4 Mi and ends whoever sends
 * more.
 */
export const mostCharacters = 3.5 * 1024 * 1024;

/** The first that fits a message; else the last. @param makes the best first */
export function firstThatFits<T>(makes: readonly (() => T)[]): T {
  let made: T | undefined;
  for (const make of makes) {
    made = make();
    if (JSON.stringify(made).length <= mostCharacters) break;
  }
  return made as T;
}
