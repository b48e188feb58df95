import type { AuditEntry } from '#protocol/audit.ts';
import type { EndpointStanding } from '#protocol/endpoint.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { newId } from '#core/base/ids.ts';
import { AttemptLimiter } from '../accounts/attempt-limiter.ts';
import { networkOf } from '../accounts/network-of.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import { factColumns } from '../devices/device-row.ts';
import type { PortalAppearanceService } from '../portal/portal-appearance-service.ts';
import type { SetUpTokens } from '../set-ups/set-up-tokens.ts';
import { keepMarks } from '../endpoints/known-computers.ts';
import type { HubIdentity } from '../store/hub-identity.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { DeviceRow, InstallerUseRow } from '../store/tables.ts';
import type { GroupNames } from './group-names.ts';
import { verifyToken } from './installer-token.ts';

export interface JoinRequest {
  readonly token: string;
  /** Proved already. */
  readonly publicKey: string;
  readonly facts: DeviceFacts;
  /** The network address. */
  readonly from: string;
}

/** Where a computer comes in, and what it comes with. */
type Admission = Pick<DeviceRow, 'group_id' | 'nickname' | 'installer_id' | 'set_up_by' | 'password_stored'> & {
  readonly subject: NonNullable<AuditEntry['subject']>;
  /** Absent where it need not wait. */
  readonly waitingFor?: 'limit' | 'expiry';
};

const deviceByKey = preparedQuery((db, place: { key: string }) =>
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

/** Makes devices of computers that bring the token of an installer, or of a set-up. */
export class EnrolmentService {
  private readonly store: Store;
  private readonly identity: HubIdentity;
  private readonly events: DeviceEvents;
  private readonly groups: GroupNames;
  private readonly setUps: SetUpTokens;
  private readonly appearance: PortalAppearanceService;
  /** By network: joins that were refused, each of which costs a line of the audit log. */
  private readonly refusals = new AttemptLimiter({ free: 20, firstDelay: 5, longestDelay: 900, decay: 60 });

  constructor(
    store: Store,
    identity: HubIdentity,
    events: DeviceEvents,
    groups: GroupNames,
    setUps: SetUpTokens,
    appearance: PortalAppearanceService,
  ) {
    this.store = store;
    this.setUps = setUps;
    this.appearance = appearance;
    this.identity = identity;
    this.events = events;
    this.groups = groups;
  }

  /**
   * Takes the computer in; past the installer's limit or expiry it has to wait for a technician. A key that has joined
   * already is answered as it stands, and takes no slot.
   * @throws LatchkeyError `enrolment.tokenInvalid`, `enrolment.tokenRevoked`, `enrolment.deviceRemoved`, `rpc.tooMany`
   *   after many refusals of its network
   */
  async join(request: JoinRequest): Promise<DeviceRow> {
    const network = networkOf(request.from);
    const seconds = this.refusals.secondsToWait(network);
    if (seconds > 0) throw new LatchkeyError('rpc.tooMany', { seconds });
    try {
      return await this.admitWith(request);
    } catch (error) {
      if (error instanceof LatchkeyError && error.kind === 'refused') this.refusals.fail(network);
      throw error;
    }
  }

  private async admitWith(request: JoinRequest): Promise<DeviceRow> {
    const isSetUp = this.setUps.isOurs(request.token);
    const id = verifyToken(request.token, this.identity, isSetUp ? 'set-up' : 'installer');
    try {
      return await (isSetUp ? this.joinBySetUp(request) : this.joinByInstaller(request, id));
    } catch (error) {
      if (error instanceof LatchkeyError && error.kind === 'refused') {
        await this.recordRefusal(request, { kind: isSetUp ? 'setUp' : 'installer', id, name: '' }, error);
      }
      throw error;
    }
  }

  private joinByInstaller(request: JoinRequest, installer: string): Promise<DeviceRow> {
    return this.store.write(async (tx) => {
      const [known] = await deviceByKey(tx.db, { key: request.publicKey });
      if (known) return requirePresent(known);
      return this.admit(tx, request, await this.takeSlot(tx, installer));
    });
  }

  private async joinBySetUp(request: JoinRequest): Promise<DeviceRow> {
    let taken: string | undefined;
    try {
      return await this.store.write(async (tx) => {
        const [known] = await deviceByKey(tx.db, { key: request.publicKey });
        if (known) return requirePresent(known);
        const { setUp, group, nickname, method, passwordStored, technician } = this.setUps.take(
          request.token,
          request.facts,
        );
        taken = setUp;
        await this.requireGroup(tx, group);
        const row = await this.admit(tx, request, {
          group_id: group,
          nickname,
          installer_id: null,
          set_up_by: method,
          password_stored: passwordStored ? 1 : 0,
          subject: { kind: 'setUp', id: setUp, name: technician.name },
        });
        tx.afterCommit(() => this.setUps.joined({ setUp, row }));
        return row;
      });
    } catch (error) {
      if (taken !== undefined) this.setUps.giveBack(taken);
      throw error;
    }
  }

  /** What the endpoint is told of its device. */
  standing(row: Pick<DeviceRow, 'id' | 'state' | 'group_id' | 'nickname' | 'waiting_for'>): EndpointStanding {
    return {
      device: row.id,
      state: row.state,
      group: this.groups.of(row.group_id),
      nickname: row.nickname,
      organisation: this.appearance.current.name,
      ...(row.state === 'waiting' && row.waiting_for !== null && { waitingFor: row.waiting_for }),
    };
  }

  private async takeSlot({ db }: WriteTransaction, id: string): Promise<Admission> {
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

  /** It may have been deleted while the endpoint was installed. */
  private async requireGroup({ db }: WriteTransaction, id: string): Promise<void> {
    const group = await db
      .selectFrom('device_groups')
      .select('id')
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!group) throw new LatchkeyError('enrolment.tokenInvalid');
  }

  private async admit(tx: WriteTransaction, request: JoinRequest, admission: Admission): Promise<DeviceRow> {
    const { facts, from, publicKey } = request;
    const { waitingFor, subject, ...columns } = admission;
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
      },
    });
    this.events.announce(tx, row);
    return row;
  }

  private async recordRefusal(
    request: JoinRequest,
    subject: Admission['subject'],
    error: LatchkeyError,
  ): Promise<void> {
    await this.store.write((tx) =>
      tx.audit({
        actor: { kind: 'endpoint', id: null, name: request.facts.hostName, from: request.from },
        action: 'device.join',
        outcome: 'refused',
        subject,
        after: { error: error.code, ...error.args },
      }),
    );
  }
}

/** @throws LatchkeyError `enrolment.deviceRemoved` where the device was deleted: its key is never let in again */
export function requirePresent(row: DeviceRow): DeviceRow {
  if (row.deleted_at === null) return row;
  throw new LatchkeyError('enrolment.deviceRemoved', { at: new Date(row.deleted_at).toISOString().slice(0, 10) });
}
