/** Variables by name. */
export type Environment = Readonly<Record<string, string>>;

/** What Node.js and this program understand, and no program that they start should. */
const foreign = /^(NODE_\w*|npm_\w*|LATCHKEY_\w*|JOURNAL_STREAM)$/i;

/**
 * Variables as Windows hands them to a new program (CreateProcessW, `lpEnvironment`): `NAME=value` each with its end, in the order of
 * their names, and one more end. What could not be told from another variable is left out.
 */
export function environmentBlock(environment: Environment): Buffer {
  const named = Object.entries(environment).filter(([name, value]) => name !== '' && !/[\0]/.test(name + value));
  // A name may begin with `=`, as those of the drives' current folders do.
  const valid = named.filter(([name]) => !name.slice(1).includes('='));
  const lines = valid
    .map(([name, value]) => ({ key: name.toUpperCase(), line: `${name}=${value}` }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ line }) => `${line}\0`);
  return Buffer.from(`${lines.join('') || '\0'}\0`, 'utf16le');
}

/** The same, read again. */
export function readEnvironmentLine(line: string): [name: string, value: string] | undefined {
  const at = line.indexOf('=', 1);
  return at < 0 ? undefined : [line.slice(0, at), line.slice(at + 1)];
}

/** As somebody's programs get it: nothing of what this one was started with, or is ruled by. */
export function cleanEnvironment(environment: Readonly<Record<string, string | undefined>>): Environment {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !foreign.test(entry[0]),
  );
  return Object.fromEntries(kept);
}
