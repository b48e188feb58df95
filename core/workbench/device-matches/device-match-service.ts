import { BehaviorSubject, distinctUntilChanged, Subject, type Observable } from 'rxjs';
import {
  deviceMatchNotifications,
  deviceMatchRequests,
  type DeviceComparison,
  type DeviceMatch,
  type MatchDecision,
} from '#protocol/device-matches.ts';
import type { ResultOf } from '#protocol/messages.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { ContextKeyService } from '../context-keys/context-key-service.ts';
import type { PermissionService } from '../permissions/permission-service.ts';

/**
 * Computers of which a technician has to say which device they are. Sets `deviceMatches.open` for when-clauses: how many
 * there are.
 */
export class DeviceMatchService {
  private readonly connection: HubConnection;
  private readonly contextKeys: ContextKeyService;
  private readonly count = new BehaviorSubject(0);
  private readonly changes = new Subject<void>();
  /** How many wait for this technician. */
  readonly open$: Observable<number> = this.count.pipe(distinctUntilChanged());
  /** There may be other ones than before. */
  readonly changed$: Observable<void> = this.changes;

  constructor(connection: HubConnection, contextKeys: ContextKeyService, permissions: PermissionService) {
    this.connection = connection;
    this.contextKeys = contextKeys;
    connection.on(deviceMatchNotifications.changed, ({ open }) => this.set(open));
    connection.status$.subscribe(({ state }) => {
      if (state === 'signedOut') this.set(0);
      // Refused or lost: there is nothing to tell of until the next connection.
      if (state === 'online' && permissions.isAllowed('enrolment.approve')) void this.list().catch(() => {});
    });
  }

  /** @throws LatchkeyError `permission.switchedOff`, or as `HubConnection.request` */
  async list(): Promise<DeviceMatch[]> {
    const { matches } = await this.connection.request(deviceMatchRequests.list, {});
    if (matches.length !== this.count.value) this.set(matches.length);
    return matches;
  }

  /** @throws LatchkeyError `deviceMatch.*`, `permission.switchedOff`, or as `HubConnection.request` */
  decide(match: string, decision: MatchDecision): Promise<ResultOf<typeof deviceMatchRequests.decide>> {
    return this.connection.request(deviceMatchRequests.decide, { match, decision });
  }

  /** @throws LatchkeyError as `deviceMatches/compare`, or as `HubConnection.request` */
  compare(one: string, other: string): Promise<DeviceComparison> {
    return this.connection.request(deviceMatchRequests.compare, { one, other });
  }

  /** @throws LatchkeyError as `deviceMatches/merge`, or as `HubConnection.request` */
  merge(keep: string, gone: string): Promise<ResultOf<typeof deviceMatchRequests.merge>> {
    return this.connection.request(deviceMatchRequests.merge, { keep, gone });
  }

  private set(open: number): void {
    this.contextKeys.set('deviceMatches.open', open);
    this.count.next(open);
    this.changes.next();
  }
}
