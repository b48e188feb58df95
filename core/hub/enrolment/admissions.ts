import type { AuditEntry } from '#protocol/audit.ts';
import type { WaitingReason } from '#protocol/endpoint.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { newId } from '#core/base/ids.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import { factColumns } from '../devices/device-row.ts';
import { keepMarks } from '../endpoints/known-computers.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { WriteTransaction } from '../store/store.ts';
import type { DeviceRow, InstallerUseRow } from '../store/tables.ts';

/** A computer that is to become a device. */
export interface Newcomer {
  /** Proved already. */
  readonly publicKey: string;
  readonly facts: DeviceFacts;
  /** The network address. */
  readonly from: string;
}

/** Where a computer comes in, and what it comes with. */
export type Admission = Pick<DeviceRow, 'group_id' | 'nickname' | 'installer_id' | 'set_up_by' | 'password_stored'> & {
  readonly subject: NonNullable<AuditEntry['subject']>;
  /** Absent where it need not wait. */
  readonly waitingFor?: WaitingReason;
  /** What the audit log says beside the usual. */
  readonly note?: Readonly<Record<string, unknown>>;
};

export const deviceByKey = preparedQuery((db, place: { key: string }) =>
  db.selectFrom('devices').selectAll().where('public_key', '=', place.key),
);

/** One statement counts and checks: whatever arrives at once, no slot is given twice. */
const countUse = preparedQuery((db, place: { id: string; now: number }) =>
  db
    .updateTable('installers')
    .set((eb) => ({ used: eb('used', '+', 1) }))
    .where('id', '=', place.id)
    .where('revoked_at', 'is', null)
    .where((eb) => eb('used', '<', eb.ref('max_uses')))
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', place.now)]))
    .returning(['id', 'group_id', 'set_up_by']),
);

const insertDevice = preparedQuery((db, place: DeviceRow) =>
  db.insertInto('devices').values({
    id: place.id,
    group_id: place.group_id,
    nickname: place.nickname,
    host_name: place.host_name,
    state: place.state,
    platform: place.platform,
    system_name: place.system_name,
    system_version: place.system_version,
    endpoint_version: place.endpoint_version,
    joined_at: place.joined_at,
    last_seen_at: place.last_seen_at,
    public_key: place.public_key,
    installer_id: place.installer_id,
    facts: place.facts,
    waiting_for: place.waiting_for,
    deleted_at: place.deleted_at,
    moved_seq: place.moved_seq,
    seq: place.seq,
    set_up_by: place.set_up_by,
    password_stored: place.password_stored,
    access_blocked: place.access_blocked,
  }),
);

const insertUse = preparedQuery((db, place: InstallerUseRow) =>
  db.insertInto('installer_uses').values({
    device_id: place.device_id,
    installer_id: place.installer_id,
    at: place.at,
    host_name: place.host_name,
    address: place.address,
    outcome: place.outcome,
  }),
);

/** The last step of every way in: a slot of the installer, and a row. */
export class Admissions {
  private readonly events: DeviceEvents;

  constructor(events: DeviceEvents) {
    this.events = events;
  }

  /**
   * Takes a slot of the installer; without one the computer has to wait.
   * @throws LatchkeyError `enrolment.tokenInvalid`, `enrolment.tokenRevoked`
   */
  async takeSlot({ db }: WriteTransaction, id: string): Promise<Admission> {
    const now = Date.now();
    const common = { nickname: null, password_stored: 0 } as const;
    const subject = { kind: 'installer', id, name: '' };
    const [taken] = await countUse(db, { id, now });
    if (taken) {
      return { ...common, subject, group_id: taken.group_id, set_up_by: taken.set_up_by, installer_id: id };
    }
    const installer = await db.selectFrom('installers').selectAll().where('id', '=', id).executeTakeFirst();
    if (!installer) throw new LatchkeyError('enrolment.tokenInvalid');
    if (installer.revoked_at !== null) throw new LatchkeyError('enrolment.tokenRevoked');
    const waitingFor = installer.expires_at !== null && installer.expires_at <= now ? 'expiry' : 'limit';
    const { group_id, set_up_by } = installer;
    return { ...common, subject, group_id, set_up_by, installer_id: id, waitingFor };
  }

  /** Makes a device of the computer. */
  async admit(tx: WriteTransaction, newcomer: Newcomer, admission: Admission): Promise<DeviceRow> {
    const { facts, from, publicKey } = newcomer;
    const { waitingFor, subject, note, ...columns } = admission;
    const now = Date.now();
    const row: DeviceRow = {
      id: newId(),
      ...columns,
      ...factColumns(facts),
      state: waitingFor ? 'waiting' : 'active',
      joined_at: now,
      last_seen_at: now,
      public_key: publicKey,
      facts: JSON.stringify(facts),
      waiting_for: waitingFor ?? null,
      deleted_at: null,
      moved_seq: null,
      seq: await tx.nextSeq(),
      access_blocked: 0,
      deleted_by: null,
    };
    await insertDevice(tx.db, row);
    await keepMarks(tx.db, row.id, facts);
    if (row.installer_id !== null) {
      await insertUse(tx.db, {
        device_id: row.id,
        installer_id: row.installer_id,
        at: now,
        host_name: facts.hostName,
        address: from,
        outcome: waitingFor ? 'waiting' : 'joined',
      });
    }
    const { state, group_id: group, nickname, set_up_by: setUpBy } = row;
    await tx.audit({
      actor: { kind: 'endpoint', id: row.id, name: facts.hostName, from },
      action: 'device.join',
      devices: [row.id],
      subject,
      after: {
        state,
        group,
        ...(waitingFor && { waitingFor }),
        ...(row.installer_id === null && { nickname, setUpBy }),
        ...note,
      },
    });
    this.events.announce(tx, row);
    return row;
  }
}
