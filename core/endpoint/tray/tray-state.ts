import { z } from 'zod';
import { version } from '#core/base/version.ts';
import type { CustomerState } from '#protocol/customer-page.ts';

/** What everybody who sits at the computer may see of the endpoint. */
export const trayState = z.object({
  /** Of the service: an icon of another version starts itself anew. */
  version: z.string().max(32),
  hub: z.string().max(2048),
  organisation: z.string().max(255),
  connection: z.enum(['connecting', 'connected', 'disconnected']),
  blocked: z.boolean(),
  sessions: z.array(z.object({ session: z.string(), technicians: z.array(z.string()) })),
});
export type TrayState = z.output<typeof trayState>;

/** @returns undefined where the endpoint is being removed, or ends */
export function trayStateOf(state: CustomerState): TrayState | undefined {
  if (state.ended) return undefined;
  const { hub, organisation, connection, access, sessions } = state;
  return {
    version,
    hub,
    organisation,
    connection,
    blocked: access?.blocked ?? false,
    sessions: sessions.map(({ session, technicians }) => ({
      session,
      technicians: technicians.map(({ name }) => name),
    })),
  };
}
