import { merge, type Subscription } from 'rxjs';
import { LatchkeyError } from '#protocol/errors.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { GroupService } from '../groups/group-service.ts';
import type { HubPart } from '../hub-part.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { LiveSessions } from '../sessions/live-sessions.ts';
import { hasGroup } from '../workbench/technician-actor.ts';
import type { AttendedSetUps } from './attended-set-ups.ts';
import type { LiveSetUp } from './live-set-up.ts';
import type { LiveSetUps } from './live-set-ups.ts';
import type { SetUpCourse } from './set-up-course.ts';
import type { SetUpTokens } from './set-up-tokens.ts';

export interface SetUpGuardParts {
  readonly setUps: LiveSetUps;
  readonly course: SetUpCourse;
  readonly attended: AttendedSetUps;
  readonly tokens: SetUpTokens;
  readonly live: LiveSessions;
  readonly permissions: PermissionService;
  readonly directory: TechnicianDirectory;
  readonly groups: GroupService;
}

/** Has set-ups follow what happens around them: sessions, joins, permissions, accounts and device groups. */
export class SetUpGuard implements HubPart {
  private readonly parts: SetUpGuardParts;
  private subscription: Subscription | undefined;

  constructor(parts: SetUpGuardParts) {
    this.parts = parts;
  }

  start(): void {
    const { setUps, course, attended, tokens, live, permissions, directory, groups } = this.parts;
    this.subscription = tokens.joined$.subscribe((join) => {
      course.joined(join);
      const setUp = setUps.get(join.setUp);
      // The portal's customer app may have gone already: nobody looks at it any more.
      if (setUp?.isOver && setUp.place.method === 'portal' && !setUp.peer) course.remove(setUp);
    });
    this.subscription.add(live.changed$.subscribe((session) => attended.follow(session)));
    this.subscription.add(merge(permissions.changed$, directory.changed$).subscribe(() => this.check()));
    this.subscription.add(
      groups.changed$.subscribe(({ group, deleted }) => {
        if (!deleted) return;
        for (const setUp of this.unfinished()) {
          if (setUp.group === group.id) course.fail(setUp, new LatchkeyError('group.notFound', { group: group.name }));
        }
      }),
    );
    // What was there before the hub's start may not be allowed any more.
    this.check();
  }

  stop(): void {
    this.subscription?.unsubscribe();
    for (const setUp of this.parts.setUps) {
      setUp.stopWaiting();
      this.parts.tokens.revoke(setUp.id);
    }
  }

  /** Those that have not joined. */
  private unfinished(): LiveSetUp[] {
    return [...this.parts.setUps].filter(({ isOver, joined }) => !isOver && !joined);
  }

  private check(): void {
    for (const setUp of this.unfinished()) {
      if (!this.mayGoOn(setUp)) this.parts.course.fail(setUp, new LatchkeyError('setUp.permissionWithdrawn'));
    }
  }

  private mayGoOn({ technician, place, group, state }: LiveSetUp): boolean {
    const { permissions, directory } = this.parts;
    try {
      const actor = directory.actor(technician.id, null);
      if (place.method === 'attended' && !permissions.allows(actor, 'method.attended')) return false;
      return state !== 'installing' || group === null || hasGroup(actor, group);
    } catch {
      return false; // disabled
    }
  }
}
