import { z } from 'zod';
import { request } from './messages.ts';
import { id, timestamp } from './primitives.ts';

export const auditActor = z.object({
  kind: z.enum(['technician', 'endpoint', 'system']),
  id: id.nullable(),
  /** As it was at the time: e-mail, host name, or `hub`. */
  name: z.string(),
});

/** One change that somebody made, or was kept from making. */
export const auditEntry = z.object({
  number: z.number().int(),
  at: timestamp,
  actor: auditActor,
  /** The network address that it came from; null for the hub itself. */
  from: z.string().nullable(),
  /** `device.rename`, `installer.generate`… */
  action: z.string(),
  outcome: z.enum(['done', 'refused', 'failed']),
  devices: z.array(id),
  /** The object changed where it is not a device: a group's, installer's or account's identifier and name. */
  subject: z.object({ kind: z.string(), id: z.string(), name: z.string() }).nullable(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
});
export type AuditEntry = z.output<typeof auditEntry>;

export const auditRequests = {
  /** Newest first. Technicians see what concerns devices of their groups and what they did themselves. */
  query: request(
    'audit/query',
    z.object({
      device: id.optional(),
      /** What was done in one session. */
      session: id.optional(),
      /** Only entries numbered below this: the way to the next page. */
      before: z.number().int().optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    z.array(auditEntry),
  ),
};
