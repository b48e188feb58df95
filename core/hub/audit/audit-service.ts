import type { AuditEntry } from '#protocol/audit.ts';
import type { Store } from '../store/store.ts';
import type { AuditRow } from '../store/tables.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';

export interface AuditQuery {
  readonly device?: string | undefined;
  readonly session?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Reads the audit log. It is written by `WriteTransaction.audit`, together with the change that it tells of. */
export class AuditService {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** Newest first. A technician sees what concerns devices of their groups, and what they did themselves. */
  async query(actor: TechnicianActor, { device, session, before, limit }: AuditQuery): Promise<AuditEntry[]> {
    let query = this.store.read.selectFrom('audit').selectAll('audit').orderBy('audit.number', 'desc').limit(limit);
    if (before !== undefined) query = query.where('audit.number', '<', before);
    if (device !== undefined) {
      if (!(await this.mayKnow(actor, device))) return [];
      const numbers = this.store.read.selectFrom('audit_devices').select('number').where('device_id', '=', device);
      query = query.where('audit.number', 'in', numbers);
    }
    if (session !== undefined) {
      query = query.where('audit.subject_id', '=', session).where('audit.subject_kind', '=', 'session');
    }
    if (actor.groups !== 'all') {
      const groups = [...actor.groups];
      query = query.where((eb) => {
        const own = eb('audit.actor_id', '=', actor.id);
        if (groups.length === 0) return own;
        const aboutTheirDevices = eb
          .selectFrom('audit_devices')
          .innerJoin('devices', 'devices.id', 'audit_devices.device_id')
          .whereRef('audit_devices.number', '=', 'audit.number')
          .where('devices.group_id', 'in', groups)
          .select('audit_devices.number');
        return eb.or([own, eb.exists(aboutTheirDevices)]);
      });
    }
    const rows = await query.execute();
    return this.withDevices(actor, rows);
  }

  private async mayKnow(actor: TechnicianActor, device: string): Promise<boolean> {
    if (actor.groups === 'all') return true;
    const row = await this.store.read
      .selectFrom('devices')
      .select('group_id')
      .where('id', '=', device)
      .executeTakeFirst();
    return row !== undefined && actor.groups.has(row.group_id);
  }

  private async withDevices(actor: TechnicianActor, rows: readonly AuditRow[]): Promise<AuditEntry[]> {
    if (rows.length === 0) return [];
    const numbers = rows.map(({ number }) => number);
    let query = this.store.read
      .selectFrom('audit_devices')
      .select(['audit_devices.number', 'audit_devices.device_id'])
      .where('audit_devices.number', 'in', numbers);
    // An entry about several groups' devices names those alone that the reader may see.
    if (actor.groups !== 'all') {
      if (actor.groups.size === 0) return rows.map((row) => toEntry(row, []));
      query = query
        .innerJoin('devices', 'devices.id', 'audit_devices.device_id')
        .where('devices.group_id', 'in', [...actor.groups]);
    }
    const devices = new Map<number, string[]>();
    for (const { number, device_id } of await query.execute()) {
      const list = devices.get(number);
      if (list) list.push(device_id);
      else devices.set(number, [device_id]);
    }
    return rows.map((row) => toEntry(row, devices.get(row.number) ?? []));
  }
}

function toEntry(row: AuditRow, devices: string[]): AuditEntry {
  const { subject_kind: kind, subject_id: id, subject_name: name } = row;
  return {
    number: row.number,
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    from: row.address,
    action: row.action,
    outcome: row.outcome,
    devices,
    subject: kind !== null && id !== null && name !== null ? { kind, id, name } : null,
    before: parse(row.before),
    after: parse(row.after),
  };
}

const parse = (json: string | null): Record<string, unknown> | null =>
  json === null ? null : (JSON.parse(json) as Record<string, unknown>);
