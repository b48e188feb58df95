import { BehaviorSubject, distinctUntilChanged, map, Subject, type Observable } from 'rxjs';
import { setUpNotifications, setUpRequests, type SetUp } from '#protocol/set-ups.ts';
import type { HubConnection } from '../connection/hub-connection.ts';

const ends: ReadonlySet<SetUp['state']> = new Set(['done', 'declined', 'cancelled', 'failed']);

/** Whether nothing comes of it any more. */
export const isOver = ({ state }: SetUp): boolean => ends.has(state);

/** The caller's set-ups of computers with the customer there, as the hub tells of them. */
export class SetUpService {
  private readonly connection: HubConnection;
  private readonly setUps = new BehaviorSubject<readonly SetUp[]>([]);
  private readonly changes = new Subject<SetUp>();

  /** Those that go on, and those that ended while their session goes on; the latest last. */
  readonly setUps$: Observable<readonly SetUp[]> = this.setUps;
  readonly changed$: Observable<SetUp> = this.changes;

  constructor(connection: HubConnection) {
    this.connection = connection;
    connection.on(setUpNotifications.changed, ({ setUp }) => this.take(setUp));
    connection.status$
      .pipe(
        map(({ state }) => state),
        distinctUntilChanged(),
      )
      .subscribe((state) => {
        if (state === 'online') void this.watch().catch(() => {}); // lost again: the next connection asks
        if (state === 'signedOut') this.setUps.next([]);
      });
  }

  get(id: string): SetUp | undefined {
    return this.setUps.value.find((each) => each.id === id);
  }

  /** The one that goes on in a session, else the last one that did. */
  ofSession(session: string): SetUp | undefined {
    const found = this.setUps.value.filter((each) => each.session === session);
    return found.find((each) => !isOver(each)) ?? found.at(-1);
  }

  /**
   * Asks the customer of a session.
   * @param secret the technician's own password, and code where two-factor sign-in is on
   * @throws LatchkeyError `account.wrongPassword`, `account.codeRequired`, `account.codeWrong`, `setUp.alreadySetUp`,
   *   `setUp.underWay`
   */
  async begin(
    session: string,
    secret: { readonly password: string; readonly code?: string | undefined },
  ): Promise<SetUp> {
    return this.taken(await this.connection.request(setUpRequests.begin, { session, ...secret }, { timeout: 60 }));
  }

  /** @throws LatchkeyError `setUp.installing` where it is too late */
  async cancel(setUp: string): Promise<SetUp> {
    return this.taken(await this.connection.request(setUpRequests.cancel, { setUp }));
  }

  /** @throws LatchkeyError `group.notFound`, `group.nameTaken`: can be tried again */
  async complete(setUp: string, details: { readonly nickname: string | null; readonly group: string }): Promise<SetUp> {
    return this.taken(await this.connection.request(setUpRequests.complete, { setUp, ...details }, { timeout: 120 }));
  }

  private async watch(): Promise<void> {
    const listed = await this.connection.request(setUpRequests.watch, {});
    this.setUps.next([...listed].sort((a, b) => a.startedAt - b.startedAt));
    for (const setUp of listed) this.changes.next(setUp);
  }

  private taken(setUp: SetUp): SetUp {
    this.take(setUp);
    return setUp;
  }

  private take(setUp: SetUp): void {
    const others = this.setUps.value.filter(({ id }) => id !== setUp.id);
    this.setUps.next([...others, setUp].sort((a, b) => a.startedAt - b.startedAt));
    this.changes.next(setUp);
  }
}
