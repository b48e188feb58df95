import type { Kysely } from 'kysely';
import type { AuditEntry } from '#protocol/audit.ts';
import { preparedQuery } from './prepared-query.ts';
import type { AuditRow, Tables } from './tables.ts';

/** Whoever does something: a technician, an endpoint or the hub itself. */
export interface Actor {
  readonly kind: 'technician' | 'endpoint' | 'system';
  readonly id: string | null;
  /** As the audit log shows it: e-mail, host name, or `hub`. */
  readonly name: string;
  /** The network address; null for the hub itself. */
  readonly from: string | null;
}

/** The hub itself. */
export const system: Actor = { kind: 'system', id: null, name: 'hub', from: null };

export interface NewAuditEntry {
  readonly actor: Actor;
  /** `device.rename`, `installer.generate`… */
  readonly action: string;
  /** `done` unless told. */
  readonly outcome?: AuditEntry['outcome'];
  readonly devices?: readonly string[];
  readonly subject?: AuditEntry['subject'];
  readonly before?: AuditEntry['before'];
  readonly after?: AuditEntry['after'];
}

/** Rows in one statement: SQLite takes 32,766 places in a statement. */
const rowsAtOnce = 1000;

const insertEntry = preparedQuery((db, place: AuditRow) =>
  db.insertInto('audit').values({
    number: place.number,
    at: place.at,
    actor_kind: place.actor_kind,
    actor_id: place.actor_id,
    actor_name: place.actor_name,
    address: place.address,
    action: place.action,
    outcome: place.outcome,
    subject_kind: place.subject_kind,
    subject_id: place.subject_id,
    subject_name: place.subject_name,
    before: place.before,
    after: place.after,
  }),
);

const insertDevice = preparedQuery((db, place: Tables['audit_devices']) =>
  db.insertInto('audit_devices').values({ device_id: place.device_id, number: place.number }),
);

export async function writeAudit(db: Kysely<Tables>, number: number, entry: NewAuditEntry): Promise<void> {
  const { actor, subject } = entry;
  await insertEntry(db, {
    number,
    at: Date.now(),
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_name: actor.name,
    address: actor.from,
    action: entry.action,
    outcome: entry.outcome ?? 'done',
    subject_kind: subject?.kind ?? null,
    subject_id: subject?.id ?? null,
    subject_name: subject?.name ?? null,
    before: entry.before ? JSON.stringify(entry.before) : null,
    after: entry.after ? JSON.stringify(entry.after) : null,
  });
  const devices = [...new Set(entry.devices)];
  const [only] = devices;
  if (only !== undefined && devices.length === 1) {
    await insertDevice(db, { device_id: only, number });
    return;
  }
  for (let start = 0; start < devices.length; start += rowsAtOnce) {
    const rows = devices.slice(start, start + rowsAtOnce).map((device_id) => ({ device_id, number }));
    await db.insertInto('audit_devices').values(rows).execute();
  }
}
