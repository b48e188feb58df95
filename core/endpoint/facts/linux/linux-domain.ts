import { runProgram } from '../run-program.ts';

/** Names that networks give themselves where nobody has named them. */
const noDomains = new Set(['localdomain', 'local', 'lan', 'home', 'internal', 'localhost', '(none)']);

/**
 * The domain that the computer is a member of: the realm that it has joined (realmd), else the domain of its own full name.
 * @returns undefined where it is in none
 */
export async function linuxDomain(run: typeof runProgram = runProgram): Promise<string | undefined> {
  const realm = firstDomain(await run('realm', ['list', '--name-only']));
  return realm ?? firstDomain(await run('hostname', ['--domain']));
}

function firstDomain(output: string | undefined): string | undefined {
  const name = output?.split('\n')[0]?.trim().toLowerCase() ?? '';
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name) && name.length <= 255 && !noDomains.has(name) ? name : undefined;
}
