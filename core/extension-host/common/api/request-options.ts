import type { RequestOptions } from '#core/base/rpc/rpc-connection.ts';
import type { CommandContext } from '#protocol/api/index.ts';

/** What a long call takes of the command that it is part of. */
export type Watching = { readonly [K in keyof CommandContext]?: CommandContext[K] | undefined };

/** A person may take as long as they like. */
export const patient = { timeout: 0 } as const;

/** What may take minutes: it says how far it is, and ends where whoever asked gives up. */
export const watched = ({ token, progress }: Watching): RequestOptions => ({
  timeout: 0,
  token: token as never,
  onProgress: progress,
});
