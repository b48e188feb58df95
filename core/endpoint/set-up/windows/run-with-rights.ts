import { randomBytes } from 'node:crypto';
import { ControlSocket } from '../../control/control-socket.ts';
import { serveShower, type PageShower } from '../../customer-page/page-shower.ts';
import { programFile } from '../../program/single-program.ts';
import { runElevated } from '../../windows/run-elevated.ts';

const prefix = '\\\\.\\pipe\\latchkey-shower-';

/** Whether that is a pipe of this kind: what has an administrator's rights connects to no other. */
export const isShowerPipe = (path: string): boolean =>
  path.startsWith(prefix) && /^[0-9a-f]{32}$/.test(path.slice(prefix.length));

/**
 * Runs a command of this program anew with an administrator's rights, and shows the pages that it asks for: by the account that
 * sits there, whichever account has given the rights.
 * @returns the exit code; undefined where the question for the rights was declined
 */
export async function runWithRights(
  args: readonly string[],
  shower: PageShower,
  onProblem: (problem: string) => void,
): Promise<number | undefined> {
  const path = `${prefix}${randomBytes(16).toString('hex')}`;
  const socket = await ControlSocket.listen({ path, serve: (rpc) => serveShower(rpc, shower), onProblem });
  try {
    return await runElevated(programFile(), [...args, '--shower', path]);
  } finally {
    await shower.discard();
    await socket.close();
  }
}
