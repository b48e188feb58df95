import { LatchkeyError } from '#protocol/errors.ts';
import { installerLimit } from '#protocol/installers.ts';
import type { RollOut, RollOutChanges, RollOutSummary, RollOutTarget } from '#protocol/roll-outs.ts';
import { newId } from '#core/base/ids.ts';
import type { Disposable } from '#core/base/lifecycle.ts';
import { Subject, type Observable } from 'rxjs';
import type { GroupService } from '../groups/group-service.ts';
import type { InstallerService } from '../installers/installer-service.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { RollOutRow } from '../store/tables.ts';
import { hasGroup, requireAdministrator, type TechnicianActor } from '../workbench/technician-actor.ts';
import { leftBehind } from './left-behind.ts';
import { RollOutArrivals } from './roll-out-arrivals.ts';
import {
  noDeployment,
  nobody,
  settle,
  subjectOf,
  toAudit,
  toRollOut,
  toSummary,
  type Arrivals,
} from './roll-out-rows.ts';
import { requireSlots } from './roll-out-settings.ts';

/** The most characters of an installer's name. */
const installerNameLimit = 64;

export interface RollOutChanged {
  readonly id: string;
  readonly group: string;
}

/** A roll-out all of whose answers are given. */
export interface CompleteRollOut {
  readonly row: RollOutRow;
  readonly target: RollOutTarget;
  readonly domain: string;
  readonly share: string;
  readonly installer: string;
  /** The device group's name. */
  readonly group: string;
}

/** Roll-outs by group policy, as technicians begin, fill in and delete them: those of the groups that they are assigned to. */
export class RollOutService {
  private readonly store: Store;
  private readonly permissions: PermissionService;
  private readonly groups: GroupService;
  private readonly installers: InstallerService;
  private readonly arrivals = new RollOutArrivals();
  private readonly changes = new Subject<RollOutChanged>();
  /** Those that the hub is changing a domain for. */
  private readonly held = new Set<string>();
  /** After each change is kept. */
  readonly changed$: Observable<RollOutChanged> = this.changes;

  constructor(store: Store, permissions: PermissionService, groups: GroupService, installers: InstallerService) {
    this.store = store;
    this.permissions = permissions;
    this.groups = groups;
    this.installers = installers;
  }

  /** Newest first. */
  async list(actor: TechnicianActor): Promise<RollOutSummary[]> {
    const rows = await this.store.read
      .selectFrom('roll_outs')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute();
    const visible = rows.filter((row) => hasGroup(actor, row.group_id));
    const arrivals = await this.arrivals.of(this.store.read, visible);
    return visible.map((row) => toSummary(row, arrivals.get(row.id)!));
  }

  /** @throws LatchkeyError `rollOut.notFound` */
  async get(actor: TechnicianActor, id: string): Promise<RollOut> {
    const row = await this.visible(actor, id);
    return toRollOut(row, await this.arrivalsOf(row));
  }

  /**
   * @throws LatchkeyError `permission.switchedOff`, `permission.groupNotAssigned`, `group.notFound`, and as `update`
   */
  create(actor: TechnicianActor, groupId: string, changes: RollOutChanges): Promise<RollOut> {
    this.permissions.require(actor, 'method.gpo');
    return this.store.write(async (tx) => {
      const group = await this.groups.require(actor, groupId, tx.db);
      const now = Date.now();
      const empty: RollOutRow = {
        id: newId(),
        group_id: group.id,
        installer_id: null,
        name: `Latchkey ${group.name}`,
        domain: null,
        share: null,
        target: null,
        expected: null,
        max_uses: installerLimit,
        link_to: null,
        user_settings_disabled: 1,
        deployment: JSON.stringify(noDeployment),
        step: 'computers',
        created_at: now,
        created_by_id: actor.id,
        created_by: actor.name,
        changed_at: now,
        downloaded_at: null,
        applied: null,
        undo: null,
      };
      const row = await this.withInstaller(tx, actor, settle(empty, changes));
      await tx.db.insertInto('roll_outs').values(row).execute();
      await tx.audit({ actor, action: 'rollOut.create', subject: subjectOf(row), after: toAudit(row) });
      this.announce(tx, row);
      return toRollOut(row, nobody);
    });
  }

  /**
   * Puts answers down: all of them, or none where one can't be right. The installer is made once everything is known, and
   * follows the limit from then on.
   * @throws LatchkeyError `permission.switchedOff`, `rollOut.notFound`, `rollOut.tooFewSlots`, `rollOut.limitUsed`, and
   *   as `normalShare`, `normalDomain`, `normalName`, `normalLink`, `normalTarget`
   */
  update(actor: TechnicianActor, id: string, changes: RollOutChanges): Promise<RollOut> {
    this.permissions.require(actor, 'method.gpo');
    return this.store.write(async (tx) => {
      const before = await this.visible(actor, id, tx);
      const settled = settle(before, changes);
      const used = await this.usedOf(before, tx);
      if (settled.max_uses < used) throw new LatchkeyError('rollOut.limitUsed', { limit: settled.max_uses, used });
      const row = await this.withInstaller(tx, actor, { ...settled, changed_at: Date.now() });
      const { id: _, ...columns } = row;
      await tx.db.updateTable('roll_outs').set(columns).where('id', '=', id).execute();
      if (row.installer_id !== null && row.max_uses !== before.max_uses) {
        const { installer_id: installer, max_uses } = row;
        await tx.db.updateTable('installers').set({ max_uses }).where('id', '=', installer).execute();
      }
      const [was, is] = [toAudit(before), toAudit(row)];
      // Where in the guide somebody is is no change of anything.
      if (JSON.stringify(was) !== JSON.stringify(is)) {
        await tx.audit({ actor, action: 'rollOut.update', subject: subjectOf(row), before: was, after: is });
      }
      this.announce(tx, row);
      return toRollOut(row, await this.arrivalsOf(row, tx));
    });
  }

  /**
   * @param forgetDomain also where the hub has made something in the domain, which stays there then; by administrators alone
   * @throws LatchkeyError `permission.switchedOff`, `permission.administratorOnly`, `rollOut.notFound`, `rollOut.applied`,
   *   `domain.underWay`
   */
  delete(actor: TechnicianActor, id: string, forgetDomain = false): Promise<void> {
    this.permissions.require(actor, 'method.gpo');
    if (forgetDomain) requireAdministrator(actor, 'rollOut.delete');
    return this.store.write(async (tx) => {
      const row = await this.visible(actor, id, tx);
      if (this.held.has(id)) throw new LatchkeyError('domain.underWay');
      if (row.undo !== null && !forgetDomain) {
        throw new LatchkeyError('rollOut.applied', { name: row.name, domain: row.domain ?? '' });
      }
      if (row.installer_id !== null) await this.installers.revokeWithin(tx, actor, row.installer_id);
      await tx.db.deleteFrom('roll_outs').where('id', '=', id).execute();
      tx.afterCommit(() => this.arrivals.forget(id));
      const forgotten = row.undo === null ? {} : { after: { leftInDomain: leftBehind(row.undo) } };
      await tx.audit({ actor, action: 'rollOut.delete', subject: subjectOf(row), before: toAudit(row), ...forgotten });
      this.announce(tx, row);
    });
  }

  /**
   * Keeps a roll-out from being deleted, and from being changed in its domain twice at once, until what is returned is disposed of.
   * @throws LatchkeyError `domain.underWay`
   */
  hold(id: string): Disposable {
    if (this.held.has(id)) throw new LatchkeyError('domain.underWay');
    this.held.add(id);
    return { dispose: () => void this.held.delete(id) };
  }

  /**
   * A roll-out, to be handed out as files or to be applied.
   * @throws LatchkeyError `permission.switchedOff`, `rollOut.notFound`, `rollOut.incomplete`, `rollOut.tooFewSlots`,
   *   `group.notFound`
   */
  async complete(actor: TechnicianActor, id: string): Promise<CompleteRollOut> {
    this.permissions.require(actor, 'method.gpo');
    const row = await this.visible(actor, id);
    const { domain, share, installer_id: installer } = row;
    const target = row.target === null ? null : (JSON.parse(row.target) as RollOutTarget);
    if (target === null || domain === null || share === null || installer === null) {
      throw new LatchkeyError('rollOut.incomplete', { name: row.name });
    }
    requireSlots(target, row.max_uses);
    const { name: group } = await this.groups.require(actor, row.group_id);
    return { row, target, domain, share, installer, group };
  }

  /** Puts down that the files, and with them the token, were handed out. */
  recordDownload(actor: TechnicianActor, row: RollOutRow, fileName: string): Promise<void> {
    return this.store.write(async (tx) => {
      await tx.db.updateTable('roll_outs').set({ downloaded_at: Date.now() }).where('id', '=', row.id).execute();
      await tx.audit({ actor, action: 'rollOut.download', subject: subjectOf(row), after: { file: fileName } });
      this.announce(tx, row);
    });
  }

  /**
   * Puts down what was applied to the domain, or, with null, that it was taken back, in the caller's transaction.
   * @param undo what taking it back will need to know
   * @throws LatchkeyError `rollOut.notFound` where it was deleted meanwhile: then nothing could be taken back
   */
  async recordApplied(
    tx: WriteTransaction,
    id: string,
    applied: { readonly at: number; readonly by: string; readonly domainController: string } | null,
    undo: unknown,
  ): Promise<void> {
    const row = await tx.db
      .updateTable('roll_outs')
      .set({
        applied: applied && JSON.stringify(applied),
        undo: undo === null || undo === undefined ? null : JSON.stringify(undo),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new LatchkeyError('rollOut.notFound', { rollOut: id });
    this.announce(tx, row);
  }

  /** @throws LatchkeyError `rollOut.notFound` */
  async visible(actor: TechnicianActor, id: string, tx?: WriteTransaction): Promise<RollOutRow> {
    const row = await (tx?.db ?? this.store.read)
      .selectFrom('roll_outs')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row || !hasGroup(actor, row.group_id)) throw new LatchkeyError('rollOut.notFound', { rollOut: id });
    return row;
  }

  private async withInstaller(tx: WriteTransaction, actor: TechnicianActor, row: RollOutRow): Promise<RollOutRow> {
    const complete = row.target !== null && row.domain !== null && row.share !== null;
    if (!complete || row.installer_id !== null) return row;
    const wanted = {
      group: row.group_id,
      name: row.name.slice(0, installerNameLimit).trim(),
      limit: row.max_uses,
      expiresAt: null,
    };
    return { ...row, installer_id: (await this.installers.add(tx, actor, wanted, 'gpo')).id };
  }

  private async arrivalsOf(row: RollOutRow, tx?: WriteTransaction): Promise<Arrivals> {
    return (await this.arrivals.of(tx?.db ?? this.store.read, [row])).get(row.id)!;
  }

  private async usedOf(row: RollOutRow, tx?: WriteTransaction): Promise<number> {
    if (row.installer_id === null) return 0;
    const installer = await (tx?.db ?? this.store.read)
      .selectFrom('installers')
      .select('used')
      .where('id', '=', row.installer_id)
      .executeTakeFirst();
    return installer?.used ?? 0;
  }

  private announce(tx: WriteTransaction, { id, group_id: group }: RollOutRow): void {
    tx.afterCommit(() => this.changes.next({ id, group }));
  }
}
