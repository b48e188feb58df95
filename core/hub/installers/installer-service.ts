import type { z } from 'zod';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Installer, InstallerUse, installerState } from '#protocol/installers.ts';
import { newId } from '#core/base/ids.ts';
import { tokenOf } from '../enrolment/installer-token.ts';
import type { GroupService } from '../groups/group-service.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { HubIdentity } from '../store/hub-identity.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { InstallerRow } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';

export interface NewInstaller {
  readonly group: string;
  readonly name: string | null;
  readonly limit: number;
  readonly expiresAt: number | null;
}

/** Installers as technicians make, see and revoke them: those of the groups that they are assigned to. */
export class InstallerService {
  private readonly store: Store;
  private readonly identity: HubIdentity;
  private readonly permissions: PermissionService;
  private readonly groups: GroupService;

  constructor(store: Store, identity: HubIdentity, permissions: PermissionService, groups: GroupService) {
    this.store = store;
    this.identity = identity;
    this.permissions = permissions;
    this.groups = groups;
  }

  /** Newest first. */
  async list(actor: TechnicianActor, group?: string): Promise<Installer[]> {
    let query = this.store.read.selectFrom('installers').selectAll().orderBy('created_at', 'desc').orderBy('id');
    if (group !== undefined) query = query.where('group_id', '=', group);
    const rows = await query.execute();
    return rows.filter((row) => hasGroup(actor, row.group_id)).map(toInstaller);
  }

  /**
   * @throws LatchkeyError `permission.switchedOff`, `permission.groupNotAssigned`, `group.notFound`, `rpc.invalidParams`
   *   where it would have expired already
   */
  async generate(actor: TechnicianActor, wanted: NewInstaller): Promise<{ installer: Installer; token: string }> {
    this.permissions.require(actor, 'method.endpointInstaller');
    if (wanted.expiresAt !== null && wanted.expiresAt <= Date.now()) {
      throw new LatchkeyError('rpc.invalidParams', { method: 'installers/generate', problem: 'expiresAt: is past' });
    }
    return this.store.write(async (tx) => {
      const row = await this.add(tx, actor, wanted, 'endpointInstaller');
      return { installer: toInstaller(row), token: tokenOf(row.id, this.identity) };
    });
  }

  /**
   * A new installer as a part of something larger, which has seen to the permission.
   * @throws LatchkeyError `permission.groupNotAssigned`, `group.notFound`
   */
  async add(
    tx: WriteTransaction,
    actor: TechnicianActor,
    wanted: NewInstaller,
    setUpBy: InstallerRow['set_up_by'],
  ): Promise<InstallerRow> {
    const row: InstallerRow = {
      id: newId(),
      group_id: wanted.group,
      name: wanted.name,
      max_uses: wanted.limit,
      used: 0,
      created_at: Date.now(),
      created_by_id: actor.id,
      created_by: actor.name,
      expires_at: wanted.expiresAt,
      revoked_at: null,
      set_up_by: setUpBy,
    };
    const group = await this.groups.require(actor, wanted.group, tx.db);
    await tx.db.insertInto('installers').values(row).execute();
    await tx.audit({
      actor,
      action: 'installer.generate',
      subject: subjectOf(row),
      after: { group: group.name, limit: row.max_uses, expiresAt: row.expires_at },
    });
    return row;
  }

  /**
   * The installer, to be handed out as a file.
   * @throws LatchkeyError `permission.switchedOff`, `installer.notFound`, `installer.revoked`
   */
  async forDownload(actor: TechnicianActor, id: string): Promise<{ row: InstallerRow; token: string; group: string }> {
    const row = await this.visible(actor, id);
    this.permissions.require(actor, `method.${row.set_up_by}`);
    if (row.revoked_at !== null) throw new LatchkeyError('installer.revoked');
    const group = await this.groups.require(actor, row.group_id);
    return { row, token: tokenOf(row.id, this.identity), group: group.name };
  }

  /** Puts down that the file, and with it the token, was handed out. */
  recordDownload(actor: TechnicianActor, row: InstallerRow, fileName: string): Promise<void> {
    return this.store.write((tx) =>
      tx.audit({ actor, action: 'installer.download', subject: subjectOf(row), after: { file: fileName } }),
    );
  }

  /**
   * Who joined with it, the latest first.
   * @throws LatchkeyError `installer.notFound`
   */
  async ledger(actor: TechnicianActor, id: string): Promise<InstallerUse[]> {
    await this.visible(actor, id);
    const rows = await this.store.read
      .selectFrom('installer_uses')
      .selectAll()
      .where('installer_id', '=', id)
      .orderBy('at', 'desc')
      .orderBy('device_id')
      .execute();
    const returns = await this.store.read
      .selectFrom('installer_returns')
      .selectAll()
      .where('installer_id', '=', id)
      .execute();
    const all = [...rows, ...returns.map((row) => ({ ...row, outcome: 'returned' as const }))];
    return all
      .sort((one, other) => other.at - one.at)
      .map(({ at, device_id, host_name, address, outcome }) => ({
        at,
        device: device_id,
        hostName: host_name,
        address,
        outcome,
      }));
  }

  /**
   * From now on it brings nobody in. Those that it did stay. Revoked again, it stays as it is.
   * @throws LatchkeyError `installer.notFound`
   */
  revoke(actor: TechnicianActor, id: string): Promise<Installer> {
    return this.store.write((tx) => this.revokeWithin(tx, actor, id));
  }

  /**
   * As `revoke`, as a part of something larger.
   * @throws LatchkeyError `installer.notFound`
   */
  async revokeWithin(tx: WriteTransaction, actor: TechnicianActor, id: string): Promise<Installer> {
    const before = await this.visible(actor, id, tx);
    if (before.revoked_at !== null) return toInstaller(before);
    const row = { ...before, revoked_at: Date.now() };
    await tx.db.updateTable('installers').set({ revoked_at: row.revoked_at }).where('id', '=', id).execute();
    await tx.audit({
      actor,
      action: 'installer.revoke',
      subject: subjectOf(row),
      before: { state: stateOf(before), used: before.used },
      after: { state: 'revoked' },
    });
    return toInstaller(row);
  }

  private async visible(actor: TechnicianActor, id: string, tx?: WriteTransaction): Promise<InstallerRow> {
    const row = await (tx?.db ?? this.store.read)
      .selectFrom('installers')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row || !hasGroup(actor, row.group_id)) throw new LatchkeyError('installer.notFound', { installer: id });
    return row;
  }
}

export function stateOf(row: InstallerRow): z.output<typeof installerState> {
  if (row.revoked_at !== null) return 'revoked';
  if (row.expires_at !== null && row.expires_at <= Date.now()) return 'expired';
  return row.used >= row.max_uses ? 'full' : 'open';
}

const toInstaller = (row: InstallerRow): Installer => ({
  id: row.id,
  group: row.group_id,
  name: row.name,
  limit: row.max_uses,
  used: row.used,
  state: stateOf(row),
  createdAt: row.created_at,
  createdBy: row.created_by,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
});

const subjectOf = (row: InstallerRow): { kind: string; id: string; name: string } => ({
  kind: 'installer',
  id: row.id,
  name: row.name ?? '',
});
