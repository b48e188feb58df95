import type { AuditEntry } from '#protocol/audit.ts';
import type { EndpointStanding, WaitingReason } from '#protocol/endpoint.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { AttemptLimiter } from '../accounts/attempt-limiter.ts';
import { networkOf } from '../accounts/network-of.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { AssignmentRuleService } from '../assignment-rules/assignment-rule-service.ts';
import type { Found } from '../device-matches/candidates.ts';
import type { KeyHolders } from '../device-matches/key-holders.ts';
import type { Entitlement, ReturningComputers } from '../device-matches/returning-computers.ts';
import type { Whereabouts } from '../device-matches/whereabouts.ts';
import type { PortalAppearanceService } from '../portal/portal-appearance-service.ts';
import type { SetUpAdmission, SetUpTokens } from '../set-ups/set-up-tokens.ts';
import type { HubIdentity } from '../store/hub-identity.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { DeviceRow, InstallerRow } from '../store/tables.ts';
import { hasGroup } from '../workbench/technician-actor.ts';
import { deviceByKey, type Admission, type Admissions, type Newcomer } from './admissions.ts';
import type { GroupNames } from './group-names.ts';
import { verifyToken } from './installer-token.ts';

export interface JoinRequest extends Newcomer {
  readonly token: string;
}

export interface EnrolmentParts {
  readonly store: Store;
  readonly identity: HubIdentity;
  readonly groups: GroupNames;
  readonly setUps: SetUpTokens;
  readonly appearance: PortalAppearanceService;
  readonly admissions: Admissions;
  readonly returning: ReturningComputers;
  readonly keyHolders: KeyHolders;
  readonly whereabouts: Whereabouts;
  readonly rules: AssignmentRuleService;
  readonly directory: TechnicianDirectory;
}

/** Makes devices of computers that bring the token of an installer, or of a set-up. */
export class EnrolmentService {
  private readonly parts: EnrolmentParts;
  /** By network: joins that were refused, each of which costs a line of the audit log. */
  private readonly refusals = new AttemptLimiter({ free: 20, firstDelay: 5, longestDelay: 900, decay: 60 });

  constructor(parts: EnrolmentParts) {
    this.parts = parts;
  }

  /**
   * Takes the computer in; past the installer's limit or expiry it has to wait for a technician. A key that has joined
   * already is answered as it stands, and a computer that certainly was a device before is that one again; neither takes
   * a slot. Until `arrived` is called nobody else can be the device.
   * @throws LatchkeyError `enrolment.tokenInvalid`, `enrolment.tokenRevoked`, `enrolment.deviceRemoved`,
   *   `endpoint.keySuperseded`, `rpc.tooMany` after many refusals of its network
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

  /** The computer that was let in is connected as that device, or has gone away again. */
  arrived(device: string): void {
    this.parts.whereabouts.arrived(device);
  }

  /**
   * Makes a second device of a computer that is a copy of another one's disk, in the same group, with a slot of the
   * installer that brought the first; without one it waits for approval.
   * @param copied the key that it had; proved already, as is its own
   * @throws LatchkeyError as `KeyHolders.requireCopy`
   */
  joinAsCopy(copied: string, newcomer: Newcomer): Promise<DeviceRow> {
    return this.expecting(async (tx) => {
      const [known] = await deviceByKey(tx.db, { key: newcomer.publicKey });
      if (known) return requirePresent(known);
      const original = await this.parts.keyHolders.requireCopy(tx.db, copied, newcomer.facts);
      const installer = original.installer_id === null ? undefined : await findInstaller(tx, original.installer_id);
      // The image may have been put onto a computer that is a device too.
      const found = await this.parts.returning.find(tx, newcomer);
      if (found.candidate && found.candidate.row.id !== original.id && installer) {
        const taken = await this.comeBack(tx, found, newcomer, { kind: 'installer', installer });
        if (typeof taken === 'object') return taken;
      }
      return this.parts.admissions.admit(tx, newcomer, {
        ...(await this.admissionOfCopy(tx, original, installer)),
        group_id: original.group_id,
        note: { copyOf: original.id },
      });
    });
  }

  private async admitWith(request: JoinRequest): Promise<DeviceRow> {
    const { identity, setUps, keyHolders } = this.parts;
    const isSetUp = setUps.isOurs(request.token);
    const id = verifyToken(request.token, identity, isSetUp ? 'set-up' : 'installer');
    try {
      const joined = await (isSetUp ? this.joinBySetUp(request) : this.joinByInstaller(request, id));
      return joined ?? (await keyHolders.returned(request.publicKey, request.facts, request.from));
    } catch (error) {
      if (error instanceof LatchkeyError && error.kind === 'refused') {
        await this.recordRefusal(request, { kind: isSetUp ? 'setUp' : 'installer', id, name: '' }, error);
      }
      throw error;
    }
  }

  /** @returns undefined where the key is one that a device had before */
  private joinByInstaller(request: JoinRequest, id: string): Promise<DeviceRow | undefined> {
    const { returning, admissions } = this.parts;
    return this.expecting(async (tx) => {
      const [known] = await deviceByKey(tx.db, { key: request.publicKey });
      if (known) return requirePresent(known);
      const found = await returning.find(tx, request);
      if (found.superseded) return undefined;
      const installer = found.candidate && requireOpen(await findInstaller(tx, id));
      const taken = installer && (await this.comeBack(tx, found, request, { kind: 'installer', installer }));
      if (typeof taken === 'object') return taken;
      const row = await admissions.admit(
        tx,
        request,
        await this.assign(tx, request, await admissions.takeSlot(tx, id)),
      );
      if (taken && found.candidate) await returning.ask(tx, found.candidate.row, row, taken, request.from);
      return row;
    });
  }

  private async joinBySetUp(request: JoinRequest): Promise<DeviceRow | undefined> {
    const { setUps, returning, admissions } = this.parts;
    let taken: string | undefined;
    try {
      return await this.expecting(async (tx) => {
        const [known] = await deviceByKey(tx.db, { key: request.publicKey });
        if (known) return requirePresent(known);
        const found = await returning.find(tx, request);
        if (found.superseded) return undefined;
        const setUp = setUps.take(request.token, request.facts);
        taken = setUp.setUp;
        await this.requireGroup(tx, setUp.group);
        const entitlement = this.entitlementOf(setUp, request.from);
        const back = found.candidate && (await this.comeBack(tx, found, request, entitlement));
        const row =
          typeof back === 'object'
            ? back
            : await admissions.admit(tx, request, {
                ...entitlement.change,
                installer_id: null,
                subject: { kind: 'setUp', id: taken, name: setUp.technician.name },
              });
        if (typeof back === 'string' && found.candidate) {
          await returning.ask(tx, found.candidate.row, row, back, request.from);
        }
        const join = { setUp: taken, row };
        await setUps.keepJoin(tx, join);
        tx.afterCommit(() => setUps.joined(join));
        return row;
      });
    } catch (error) {
      if (taken !== undefined) setUps.giveBack(taken);
      throw error;
    }
  }

  /** Runs a join; nobody else can be the device that comes of it until it has arrived. */
  private async expecting<T extends DeviceRow | undefined>(work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    const { store, whereabouts } = this.parts;
    let expected: string | undefined;
    try {
      return await store.write(
        async (tx) => {
          const row = await work(tx);
          if (row) whereabouts.expect((expected = row.id));
          return row;
        },
        { mayWait: true },
      );
    } catch (error) {
      if (expected !== undefined) whereabouts.arrived(expected);
      throw error;
    }
  }

  private comeBack(
    tx: WriteTransaction,
    { candidate }: Found,
    newcomer: Newcomer,
    entitlement: Entitlement,
  ): ReturnType<ReturningComputers['takeOver']> {
    return candidate ? this.parts.returning.takeOver(tx, candidate, newcomer, entitlement) : Promise.resolve(undefined);
  }

  private entitlementOf(
    { group, nickname, method, passwordStored, technician }: SetUpAdmission,
    from: string,
  ): Extract<Entitlement, { kind: 'setUp' }> {
    const mayUse = (wanted: string): boolean => {
      try {
        return hasGroup(this.parts.directory.actor(technician.id, from), wanted);
      } catch (error) {
        if (error instanceof LatchkeyError) return false;
        throw error;
      }
    };
    const change = { group_id: group, nickname, set_up_by: method, password_stored: passwordStored ? 1 : 0 } as const;
    return { kind: 'setUp', change, mayUse, technician };
  }

  /** The rules say where a computer belongs, whatever group its installer is for. */
  private async assign(tx: WriteTransaction, { facts }: Newcomer, admission: Admission): Promise<Admission> {
    const decided = await this.parts.rules.decide(tx.db, facts);
    if (!decided) return admission;
    return {
      ...admission,
      group_id: decided.group,
      note: { rule: decided.name, installerGroup: admission.group_id },
    };
  }

  private async admissionOfCopy(
    tx: WriteTransaction,
    original: DeviceRow,
    installer: InstallerRow | undefined,
  ): Promise<Admission> {
    const waits = (waitingFor: WaitingReason): Admission => ({
      group_id: original.group_id,
      nickname: null,
      password_stored: 0,
      set_up_by: original.set_up_by,
      installer_id: original.installer_id,
      subject: { kind: 'device', id: original.id, name: original.nickname ?? original.host_name },
      waitingFor,
    });
    if (original.state === 'waiting') return waits(original.waiting_for ?? 'identity');
    if (!installer || installer.revoked_at !== null) return waits('identity');
    return this.parts.admissions.takeSlot(tx, installer.id);
  }

  /** What the endpoint is told of its device. */
  standing(row: Pick<DeviceRow, 'id' | 'state' | 'group_id' | 'nickname' | 'waiting_for'>): EndpointStanding {
    return {
      device: row.id,
      state: row.state,
      group: this.parts.groups.of(row.group_id),
      nickname: row.nickname,
      organisation: this.parts.appearance.current.name,
      ...(row.state === 'waiting' && row.waiting_for !== null && { waitingFor: row.waiting_for }),
    };
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

  private async recordRefusal(
    request: JoinRequest,
    subject: NonNullable<AuditEntry['subject']>,
    error: LatchkeyError,
  ): Promise<void> {
    await this.parts.store.write((tx) =>
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

const findInstaller = ({ db }: WriteTransaction, id: string): Promise<InstallerRow | undefined> =>
  db.selectFrom('installers').selectAll().where('id', '=', id).executeTakeFirst();

function requireOpen(installer: InstallerRow | undefined): InstallerRow {
  if (!installer) throw new LatchkeyError('enrolment.tokenInvalid');
  if (installer.revoked_at !== null) throw new LatchkeyError('enrolment.tokenRevoked');
  return installer;
}
