import type { z } from 'zod';
import { LatchkeyError } from '#protocol/errors.ts';
import {
  permission,
  permissionRequests,
  type EffectivePermission,
  type Permission,
  type permissionSetting,
} from '#protocol/permissions.ts';
import { Subject, type Observable } from 'rxjs';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { HubPart } from '../hub-part.ts';
import type { Store } from '../store/store.ts';
import type { UserGroupChange, UserGroupService } from '../user-groups/user-group-service.ts';
import { requireAdministrator, type TechnicianActor } from '../workbench/technician-actor.ts';
import { effectiveOf } from './permission-rules.ts';

export type PermissionSetting = z.output<typeof permissionSetting>;

/** Whose settings: the account's where neither is named. */
export interface PermissionSubject {
  readonly technician?: string | undefined;
  readonly userGroup?: string | undefined;
}

interface KnownSubject {
  /** Under which its settings are kept. Identifiers of technicians and user groups are never the same. */
  readonly key: string;
  readonly audit: { readonly kind: string; readonly id: string; readonly name: string } | null;
}

/** Where settings for everybody are kept: under no identifier. */
const account = '';

/**
 * What administrators have switched off. Settings are held in memory, so that a check costs nothing and a change is in
 * force with its commit.
 */
export class PermissionService implements HubPart {
  private readonly store: Store;
  private readonly directory: TechnicianDirectory;
  private readonly userGroups: UserGroupService;
  private readonly settings = new Map<string, Map<Permission, boolean>>();
  private readonly changes = new Subject<string | undefined>();
  /** What is in force may be another: for one technician, or, undefined, for all. */
  readonly changed$: Observable<string | undefined> = this.changes;

  constructor(store: Store, directory: TechnicianDirectory, userGroups: UserGroupService) {
    this.store = store;
    this.directory = directory;
    this.userGroups = userGroups;
  }

  async start(): Promise<void> {
    for (const row of await this.store.read.selectFrom('permission_settings').selectAll().execute()) {
      const known = permission.safeParse(row.permission);
      if (known.success) this.keep(row.subject_id, known.data, row.allowed === 1);
    }
    this.userGroups.changed$.subscribe((change) => this.follow(change));
  }

  /** @throws LatchkeyError `permission.switchedOff` with the permission that is */
  require(actor: Pick<TechnicianActor, 'id'>, wanted: Permission): void {
    const { allowed, decidedBy } = this.effectiveOne(actor.id, wanted);
    if (allowed) return;
    const off = decidedBy === 'unattended' || decidedBy === 'session' ? decidedBy : wanted;
    throw new LatchkeyError('permission.switchedOff', { permission: off });
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
    this.known({ technician: technicianId }, 'permission.effective');
    return this.effective(technicianId);
  }

  /** @throws LatchkeyError `permission.administratorOnly`, `account.notFound`, `userGroup.notFound`, `rpc.invalidParams` */
  list(actor: TechnicianActor, whose: PermissionSubject = {}): PermissionSetting[] {
    requireAdministrator(actor, 'permission.list');
    const made = this.settings.get(this.known(whose, permissionRequests.settings.method).key);
    return permission.options.map((each) => ({ permission: each, allowed: made?.get(each) ?? null }));
  }

  /** @throws LatchkeyError `permission.administratorOnly`, `account.notFound`, `userGroup.notFound`, `rpc.invalidParams` */
  async set(
    actor: TechnicianActor,
    whose: PermissionSubject,
    wanted: Permission,
    allowed: boolean | null,
  ): Promise<void> {
    requireAdministrator(actor, 'permission.set');
    await this.store.write(async (tx) => {
      const { key, audit } = this.known(whose, permissionRequests.set.method);
      // Deleted by another change of the same commit, a user group would leave its setting behind.
      if (whose.userGroup !== undefined) {
        const group = tx.db.selectFrom('user_groups').select('id').where('id', '=', whose.userGroup);
        if (!(await group.executeTakeFirst())) throw new LatchkeyError('userGroup.notFound', { userGroup: key });
      }
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
        subject: audit,
        before: { [wanted]: before ? before.allowed === 1 : null },
        after: { [wanted]: allowed },
      });
      tx.afterCommit(() => {
        this.keep(key, wanted, allowed);
        this.tell(whose);
      });
    });
  }

  private effectiveOne(technicianId: string, wanted: Permission): EffectivePermission {
    return effectiveOf(wanted, {
      technician: this.settings.get(technicianId),
      userGroups: this.userGroups.of(technicianId).map(({ id, name }) => ({ name, settings: this.settings.get(id) })),
      account: this.settings.get(account),
    });
  }

  private keep(key: string, wanted: Permission, allowed: boolean | null): void {
    const settings = this.settings.get(key) ?? new Map<Permission, boolean>();
    if (allowed === null) settings.delete(wanted);
    else settings.set(wanted, allowed);
    this.settings.set(key, settings);
  }

  private tell({ technician, userGroup }: PermissionSubject): void {
    if (userGroup === undefined) return this.changes.next(technician);
    for (const member of this.userGroups.get(userGroup)?.members ?? []) this.changes.next(member);
  }

  private follow({ group, deleted, technicians }: UserGroupChange): void {
    const meant = (this.settings.get(group.id)?.size ?? 0) > 0;
    if (deleted) this.settings.delete(group.id);
    if (meant) for (const technician of technicians) this.changes.next(technician);
  }

  private known({ technician, userGroup }: PermissionSubject, method: string): KnownSubject {
    if (technician !== undefined && userGroup !== undefined) {
      throw new LatchkeyError('rpc.invalidParams', { method, problem: 'technician and userGroup' });
    }
    if (technician !== undefined) {
      const identity = this.directory.get(technician);
      if (!identity) throw new LatchkeyError('account.notFound');
      return { key: technician, audit: { kind: 'technician', id: technician, name: identity.technician.email } };
    }
    if (userGroup !== undefined) {
      const group = this.userGroups.get(userGroup);
      if (!group) throw new LatchkeyError('userGroup.notFound', { userGroup });
      return { key: userGroup, audit: { kind: 'userGroup', id: userGroup, name: group.name } };
    }
    return { key: account, audit: null };
  }
}
