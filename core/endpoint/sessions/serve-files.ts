import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { fileRequests } from '#protocol/file-transfer.ts';
import type { RequestContract } from '#protocol/messages.ts';
import type { TransferredFile } from '../file-transfer/session-files.ts';
import type { HeldSession } from './held-session.ts';

export interface FileHost {
  /** @throws LatchkeyError where there is no such session, or where this conversation is no longer the one that counts */
  session(id: string): HeldSession;
  transferred(session: HeldSession, file: TransferredFile): void;
}

/** Serves the files of sessions on one conversation with the hub, which has checked who may do what. */
export function serveFiles(rpc: RpcConnection, host: FileHost): void {
  const contracts: readonly RequestContract<any, unknown>[] = Object.values(fileRequests);
  for (const contract of contracts) {
    rpc.handle(contract, async (params: { session: string }, { token }) => {
      const session = host.session(params.session);
      const { answer, transferred } = await session.files.ask(session.user, contract, params, token);
      if (transferred) host.transferred(session, transferred);
      return answer;
    });
  }
}
