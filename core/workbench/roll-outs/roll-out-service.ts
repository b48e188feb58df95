import { distinctUntilChanged, filter, map, merge, Subject, type Observable } from 'rxjs';
import type { ProgressReport } from '#protocol/messages.ts';
import {
  rollOutNotifications,
  rollOutRequests,
  type RollOut,
  type RollOutChange,
  type RollOutChangeList,
} from '#protocol/roll-outs.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { DomainAccess } from './domain-question.ts';

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
  preview(rollOut: string, access: DomainAccess): Promise<RollOutChangeList> {
    return this.connection.request(rollOutRequests.preview, { rollOut, ...access }, { timeout: 0 });
  }

  async apply(
    rollOut: string,
    access: DomainAccess,
    onProgress?: (report: ProgressReport) => void,
  ): Promise<RollOutChange[]> {
    const options = { timeout: 0, onProgress };
    return (await this.connection.request(rollOutRequests.apply, { rollOut, ...access }, options)).changes;
  }

  async undo(
    rollOut: string,
    access: DomainAccess,
    onProgress?: (report: ProgressReport) => void,
  ): Promise<RollOutChange[]> {
    const options = { timeout: 0, onProgress };
    return (await this.connection.request(rollOutRequests.undo, { rollOut, ...access }, options)).changes;
  }
}
