import { createHash } from 'node:crypto';
import type { Role } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Actor } from '../store/audit-writer.ts';

/** The technician on whose behalf something is done, as the account is at this moment. `name` is the e-mail. */
export interface TechnicianActor extends Actor {
  readonly kind: 'technician';
  readonly id: string;
  readonly role: Role;
  /** The device groups assigned; an administrator has all. */
  readonly groups: 'all' | ReadonlySet<string>;
}

export const hasGroup = (actor: TechnicianActor, group: string): boolean =>
  actor.groups === 'all' || actor.groups.has(group);

/**
 * @param name what the error calls the group: its name only where the actor may know it, else its identifier
 * @throws LatchkeyError `permission.groupNotAssigned`
 */
export function requireGroup(actor: TechnicianActor, group: string, name: string = group): void {
  if (!hasGroup(actor, group)) throw new LatchkeyError('permission.groupNotAssigned', { group: name });
}

/**
 * @param action the action as the audit log names it, `group.create`
 * @throws LatchkeyError `permission.administratorOnly`
 */
export function requireAdministrator(actor: TechnicianActor, action: string): void {
  if (actor.role !== 'administrator') throw new LatchkeyError('permission.administratorOnly', { action });
}

/** Which groups a replica was filled with: another value means that it has to be filled anew. */
export function scopeOf(actor: TechnicianActor): string {
  if (actor.groups === 'all') return 'all';
  const groups = [...actor.groups].sort().join(',');
  return createHash('sha256').update(groups).digest('hex').slice(0, 32);
}
