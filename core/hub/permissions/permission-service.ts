import type { z } from 'zod';
import { LatchkeyError } from '#protocol/errors.ts';
import {
  permission,
  type EffectivePermission,
  type Permission,
  type permissionSetting,
} from '#protocol/permissions.ts';
import { Subject, type Observable } from 'rxjs';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { HubPart } from '../hub-part.ts';
import type { Store } from '../store/store.ts';
import { requireAdministrator, type TechnicianActor } from '../workbench/technician-actor.ts';

export type PermissionSetting = z.output<typeof permissionSetting>;

/** Where settings for everybody are kept: under no technician's identifier. */
const account = '';

/**
 * What administrators have switched off. Settings are held in memory, so that a check costs nothing and a change is in
 * force with its commit.
 */
export class PermissionService implements HubPart {
  private readonly store: Store;
  private readonly directory: TechnicianDirectory;
  private readonly settings = new Map<string, Map<Permission, boolean>>();
  private readonly changes = new Subject<string | undefined>();
  /** For one technician, or, undefined, for all. */
  readonly changed$: Observable<string | undefined> = this.changes;

  constructor(store: Store, directory: TechnicianDirectory) {
    this.store = store;
    this.directory = directory;
  }

  async start(): Promise<void> {
    for (const row of await this.store.read.selectFrom('permission_settings').selectAll().execute()) {
      const known = permission.safeParse(row.permission);
      if (known.success) this.keep(row.subject_id, known.data, row.allowed === 1);
    }
  }

  /** @throws LatchkeyError `permission.switchedOff` with the permission that is */
  require(actor: Pick<TechnicianActor, 'id'>, wanted: Permission): void {
    const { allowed, decidedBy } = this.effectiveOne(actor.id, wanted);
    if (!allowed) {
      throw new LatchkeyError('permission.switchedOff', {
        permission: decidedBy === 'unattended' ? 'unattended' : wanted,
      });
    }
  }

  allows(actor: Pick<TechnicianActor, 'id'>, wanted: Permission): boolean {
    return this.effectiveOne(actor.id, wanted).allowed;
  }

  /** All permissions as they are in force for one technician. */
  effective(technicianId: string): EffectivePermission[] {
    return permission.options.map((each) => this.effectiveOne(technicianId, each));
  }

  /** @throws LatchkeyError `permission.administratorOnly` where it is somebody else's, `account.notFound` */
  effectiveFor(actor: TechnicianActor, technicianId: string | undefined): EffectivePermission[] {
    if (technicianId === undefined || technicianId === actor.id) return this.effective(actor.id);
    requireAdministrator(actor, 'permission.effective');
    this.requireTechnician(technicianId);
    return this.effective(technicianId);
  }

  /** @throws LatchkeyError `permission.administratorOnly`, `account.notFound` */
  list(actor: TechnicianActor, technicianId?: string): PermissionSetting[] {
    requireAdministrator(actor, 'permission.list');
    if (technicianId !== undefined) this.requireTechnician(technicianId);
    const made = this.settings.get(technicianId ?? account);
    return permission.options.map((each) => ({ permission: each, allowed: made?.get(each) ?? null }));
  }

  /** @throws LatchkeyError `permission.administratorOnly`, `account.notFound` */
  async set(
    actor: TechnicianActor,
    technicianId: string | undefined,
    wanted: Permission,
    allowed: boolean | null,
  ): Promise<void> {
    requireAdministrator(actor, 'permission.set');
    const technician = technicianId === undefined ? undefined : this.requireTechnician(technicianId);
    const key = technicianId ?? account;
    await this.store.write(async (tx) => {
      const before = await tx.db
        .deleteFrom('permission_settings')
        .where('subject_id', '=', key)
        .where('permission', '=', wanted)
        .returning('allowed')
        .executeTakeFirst();
      if (allowed !== null) {
        const row = { subject_id: key, permission: wanted, allowed: allowed ? 1 : 0 } as const;
        await tx.db.insertInto('permission_settings').values(row).execute();
      }
      await tx.audit({
        actor,
        action: 'permission.set',
        subject: technician ? { kind: 'technician', id: key, name: technician.email } : null,
        before: { [wanted]: before ? before.allowed === 1 : null },
        after: { [wanted]: allowed },
      });
      tx.afterCommit(() => {
        this.keep(key, wanted, allowed);
        this.changes.next(technicianId);
      });
    });
  }

  private effectiveOne(technicianId: string, wanted: Permission): EffectivePermission {
    const own = this.settings.get(technicianId)?.get(wanted);
    const general = this.settings.get(account)?.get(wanted);
    const allowed = own ?? general ?? true;
    const decidedBy = own !== undefined ? 'technician' : general !== undefined ? 'account' : 'default';
    if (wanted !== 'unattended' && !this.effectiveOne(technicianId, 'unattended').allowed) {
      return { permission: wanted, allowed: false, decidedBy: 'unattended' };
    }
    return { permission: wanted, allowed, decidedBy };
  }

  private keep(key: string, wanted: Permission, allowed: boolean | null): void {
    const settings = this.settings.get(key) ?? new Map<Permission, boolean>();
    if (allowed === null) settings.delete(wanted);
    else settings.set(wanted, allowed);
    this.settings.set(key, settings);
  }

  private requireTechnician(id: string): { readonly email: string } {
    const identity = this.directory.get(id);
    if (!identity) throw new LatchkeyError('account.notFound');
    return identity.technician;
  }
}
