import type { Kysely } from 'kysely';
import { Subject, type Observable } from 'rxjs';
import type { Identity, Technician } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { GroupService } from '../groups/group-service.ts';
import type { HubPart } from '../hub-part.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';

/** All technicians as they are now, in memory: each call looks its caller up, so that what changed is in force at once. */
export class TechnicianDirectory implements HubPart {
  private readonly store: Store;
  private readonly groups: GroupService;
  private readonly identities = new Map<string, Identity>();
  private readonly changes = new Subject<Identity>();
  /** A technician that was added or changed. */
  readonly changed$: Observable<Identity> = this.changes;

  constructor(store: Store, groups: GroupService) {
    this.store = store;
    this.groups = groups;
  }

  async start(): Promise<void> {
    for (const identity of await readIdentities(this.store.read)) {
      this.identities.set(identity.technician.id, identity);
    }
    this.groups.changed$.subscribe(({ group, deleted }) => {
      if (deleted) this.dropGroup(group.id);
    });
  }

  /** By e-mail. */
  list(): Technician[] {
    const technicians = [...this.identities.values()].map(({ technician }) => technician);
    return technicians.sort((a, b) => (a.email < b.email ? -1 : 1));
  }

  get(id: string): Identity | undefined {
    return this.identities.get(id);
  }

  byEmail(email: string): Identity | undefined {
    return [...this.identities.values()].find(({ technician }) => technician.email === email);
  }

  /** To be called after the commit that made it so. */
  set(identity: Identity): void {
    this.identities.set(identity.technician.id, identity);
    this.changes.next(identity);
  }

  /**
   * The technician as the one who does something.
   * @param from the network address
   * @throws LatchkeyError `account.disabled`, or `account.tokenInvalid` where there is no such technician
   */
  actor(id: string, from: string | null): TechnicianActor {
    const technician = this.identities.get(id)?.technician;
    if (!technician) throw new LatchkeyError('account.tokenInvalid');
    if (technician.disabled) throw new LatchkeyError('account.disabled');
    return {
      kind: 'technician',
      id,
      name: technician.email,
      role: technician.role,
      groups: technician.role === 'administrator' ? 'all' : new Set(technician.groups),
      from,
    };
  }

  private dropGroup(group: string): void {
    for (const identity of this.identities.values()) {
      const { technician } = identity;
      if (!technician.groups.includes(group)) continue;
      this.set({ ...identity, technician: { ...technician, groups: technician.groups.filter((id) => id !== group) } });
    }
  }
}

/** All technicians, or the one that is named, as the store has them: what a change is made from. */
export async function readIdentities(db: Kysely<Tables>, id?: string): Promise<Identity[]> {
  let technicians = db.selectFrom('technicians').selectAll();
  let assignments = db.selectFrom('technician_groups').selectAll();
  if (id !== undefined) {
    technicians = technicians.where('id', '=', id);
    assignments = assignments.where('technician_id', '=', id);
  }
  const groups = new Map<string, string[]>();
  for (const { technician_id, group_id } of await assignments.execute()) {
    groups.set(technician_id, [...(groups.get(technician_id) ?? []), group_id]);
  }
  return (await technicians.execute()).map((row) => ({
    technician: {
      id: row.id,
      email: row.email,
      name: row.name,
      role: row.role,
      groups: groups.get(row.id) ?? [],
      disabled: row.disabled === 1,
      createdAt: row.created_at,
    },
    passwordIsInitial: row.password_is_initial === 1,
    twoFactor: 'off',
  }));
}
