import { distinctUntilChanged, filter, map, merge, Subject, type Observable } from 'rxjs';
import {
  rollOutNotifications,
  rollOutRequests,
  type RollOut,
  type RollOutChange,
  type RollOutChangeList,
} from '#protocol/roll-outs.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { DomainAccess, Watching } from './domain-question.ts';

/** Roll-outs by group policy, as far as the workbench itself has to do with them. */
export class RollOutService {
  private readonly connection: HubConnection;
  private readonly changes = new Subject<string>();
  /** Which one is another one now; null: any may be, after the connection was lost. */
  readonly changed$: Observable<string | null>;

  constructor(connection: HubConnection) {
    this.connection = connection;
    connection.on(rollOutNotifications.changed, ({ rollOut }) => this.changes.next(rollOut));
    const back$ = connection.status$.pipe(
      map(({ state }) => state),
      distinctUntilChanged(),
      filter((state) => state === 'online'),
      map(() => null),
    );
    this.changed$ = merge(this.changes, back$);
  }

  /** @throws LatchkeyError `rollOut.notFound` */
  get(rollOut: string): Promise<RollOut> {
    return this.connection.request(rollOutRequests.get, { rollOut });
  }

  /** What `apply` would change in the domain. */
  preview(rollOut: string, access: DomainAccess, watching: Watching = {}): Promise<RollOutChangeList> {
    return this.connection.request(rollOutRequests.preview, { rollOut, ...access }, { timeout: 0, ...watching });
  }

  /** @param preview that somebody has seen: this is done, or nothing */
  apply(
    rollOut: string,
    access: DomainAccess,
    preview: string | undefined,
    watching: Watching = {},
  ): Promise<RollOutChangeList> {
    const asked = { rollOut, ...access, ...(preview !== undefined && { preview }) };
    return this.connection.request(rollOutRequests.apply, asked, { timeout: 0, ...watching });
  }

  undo(rollOut: string, access: DomainAccess, watching: Watching = {}): Promise<RollOutChangeList> {
    return this.connection.request(rollOutRequests.undo, { rollOut, ...access }, { timeout: 0, ...watching });
  }

  /** What it has made in the domain: what `undo` takes back. */
  async made(rollOut: string): Promise<RollOutChange[]> {
    return (await this.connection.request(rollOutRequests.made, { rollOut })).changes;
  }
}
