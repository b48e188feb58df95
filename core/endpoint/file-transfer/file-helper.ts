import { StreamMessageReader, StreamMessageWriter } from '#jsonrpc';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { FileService } from './file-service.ts';

/** The argument that makes this program the helper. */
export const helperArgument = 'file-helper';

/**
 * The file helper's process: takes on the rights of an account for good, then serves requests on its standard streams until
 * they are closed.
 * @param argv the account's name, user and group
 */
export async function runFileHelper(argv: readonly string[]): Promise<void> {
  // It ends with the endpoint, not by what is typed at the endpoint's terminal.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  becomeUser(argv[0] ?? '', Number(argv[1]), Number(argv[2]));
  const service = new FileService();
  const rpc = new RpcConnection({
    reader: new StreamMessageReader(process.stdin),
    writer: new StreamMessageWriter(process.stdout),
  });
  service.serve(rpc);
  const over = new Promise<void>((resolve) => {
    rpc.onClose(resolve);
    process.stdin.once('end', resolve).once('close', resolve).once('error', resolve);
    process.stdout.once('error', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  rpc.listen();
  await over;
  await service.dispose();
  process.exit(0);
}

/** @throws Error where the rights could not be given up */
export function becomeUser(name: string, uid: number, gid: number): void {
  if (!process.getuid || process.getuid() === uid) return;
  if (!Number.isInteger(uid) || !Number.isInteger(gid) || uid < 0 || gid < 0) throw new Error('no such account');
  // Its other groups too; the types do not know the call.
  (process as { initgroups?: (user: string, group: number) => void }).initgroups?.(name, gid);
  process.setgid?.(gid);
  process.setuid?.(uid);
  const now = [process.getuid(), process.geteuid?.(), process.getgid?.(), process.getegid?.()];
  if (String(now) !== String([uid, uid, gid, gid])) throw new Error('the rights of root were not given up');
  try {
    process.setuid?.(0);
  } catch {
    process.umask(0o022);
    return;
  }
  throw new Error('the rights of root can be taken back');
}
