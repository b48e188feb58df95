import { BehaviorSubject, distinctUntilChanged, map, type Observable } from 'rxjs';
import { fromBase64 } from '#core/base/base64.ts';
import { terminalNotifications, terminalRequests } from '#protocol/terminal.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import { RemoteTerminal, type RemoteTerminalOptions, type TerminalSize } from './remote-terminal.ts';
import type { SessionService } from './session-service.ts';

const standardSize: TerminalSize = { columns: 80, rows: 24 };

/** The terminals of sessions that this window looks at. */
export class TerminalService {
  private readonly connection: HubConnection;
  private readonly sessions: SessionService;
  private readonly terminals = new BehaviorSubject<readonly RemoteTerminal[]>([]);

  constructor(connection: HubConnection, sessions: SessionService) {
    this.connection = connection;
    this.sessions = sessions;
    connection.on(terminalNotifications.output, ({ terminal, offset, data }) =>
      this.get(terminal)?.take(offset, fromBase64(data)),
    );
    connection.on(terminalNotifications.resized, ({ terminal, columns, rows }) =>
      this.get(terminal)?.takeSize({ columns, rows }),
    );
    connection.on(terminalNotifications.exited, ({ terminal, code }) => this.get(terminal)?.close(code));
  }

  /** Of one session, the one that was opened first first. */
  of$(session: string): Observable<readonly RemoteTerminal[]> {
    return this.terminals.pipe(
      map(() => this.of(session)),
      distinctUntilChanged((a, b) => a.length === b.length && a.every((each, index) => each === b[index])),
    );
  }

  of(session: string): readonly RemoteTerminal[] {
    return this.terminals.value.filter((each) => each.session === session);
  }

  /** Starts a shell. @throws LatchkeyError `session.notInControl`, `session.unsupported` and others */
  async open(session: string, size = standardSize): Promise<RemoteTerminal> {
    const { terminal } = await this.connection.request(terminalRequests.open, { session, ...size });
    return this.add({ session, terminal, size, isNew: true });
  }

  /**
   * Looks at those that are open on the computer: somebody else's, or one's own before the page was loaded. Those that are
   * open no more close.
   */
  async attachAll(session: string): Promise<void> {
    const listed = await this.connection.request(terminalRequests.list, { session });
    const open = new Set(listed.map(({ terminal }) => terminal));
    for (const known of this.of(session)) if (!open.has(known.id)) known.close(undefined);
    for (const { terminal, columns, rows } of listed)
      this.add({ session, terminal, size: { columns, rows }, isNew: false });
  }

  /** Looks no more at one. */
  forget(terminal: RemoteTerminal): void {
    terminal.dispose();
    this.terminals.next(this.terminals.value.filter((each) => each !== terminal));
  }

  forgetAll(session: string): void {
    for (const terminal of this.of(session)) this.forget(terminal);
  }

  private get(id: string): RemoteTerminal | undefined {
    return this.terminals.value.find((each) => each.id === id);
  }

  private add(options: RemoteTerminalOptions): RemoteTerminal {
    const known = this.get(options.terminal);
    if (known) return known;
    const added = new RemoteTerminal(this.connection, this.sessions, options);
    this.terminals.next([...this.terminals.value, added]);
    return added;
  }
}
