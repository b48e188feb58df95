import type { Command } from 'commander';
import { tokenRequests } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import type { CliIo } from '../cli-io.ts';
import { defaultHub, hubOrigin, readCredentials, writeCredentials } from '../credentials.ts';
import { TokenSocketOpener } from '../token-socket-opener.ts';

/** `latchkey logout`: revokes this machine's API token and forgets it. */
export function registerLogout(program: Command, io: CliIo): void {
  const t = io.localizer.t.bind(io.localizer);
  program
    .command('logout')
    .description(t('logout.description'))
    .option('--hub <url>', t('option.hub'))
    .action(async ({ hub }: { hub?: string }) => {
      const stored = await readCredentials(io.env);
      const url = hubOrigin(hub ?? stored.current ?? defaultHub);
      const { [url]: gone, ...rest } = stored.hubs;
      if (!gone) throw new LatchkeyError('hub.notSignedIn', { url });
      const connection = new HubConnection(new TokenSocketOpener({ url, token: gone.token }));
      let revoked = true;
      try {
        connection.start();
        await connection.whenOnline();
        await connection.request(tokenRequests.revoke, { token: gone.tokenId });
      } catch (error) {
        // A token that the hub takes no more is as good as revoked. One that could not be revoked is kept, to try again.
        if (!(error instanceof LatchkeyError) || !['unauthenticated', 'unavailable'].includes(error.kind)) throw error;
        revoked = error.kind === 'unauthenticated' || error.code === 'rpc.closed';
        if (!revoked) throw error;
      } finally {
        connection.dispose();
      }
      const current = stored.current === url ? (Object.keys(rest)[0] ?? null) : stored.current;
      await writeCredentials(io.env, { current, hubs: rest });
      io.result({ hub: url }, t('logout.done', { url }));
    });
}
