import { LatchkeyError } from '#protocol/errors.ts';
import { hashSecret, newSecret } from '../accounts/secrets.ts';
import type { SessionDoor } from '../sessions/live-session.ts';

interface Ticket {
  readonly session: string;
  /** Until when it may be brought for the first time. */
  readonly expiresAt: number;
  /** The first that brought it: the only one that may again. */
  publicKey: string | undefined;
}

type KeptTicket = NonNullable<SessionDoor['ticket']>;

/** What a customer gets for a key: lets one customer app into the session. 256 random bits, kept as a hash. */
export class SessionTickets {
  private readonly tickets = new Map<string, Ticket>();
  private readonly bySession = new Map<string, string>();

  /** In the place of the one that the session had. */
  issue(session: string, expiresAt: number): string {
    this.drop(session);
    const ticket = newSecret();
    const hash = hashSecret(ticket);
    this.tickets.set(hash, { session, expiresAt, publicKey: undefined });
    this.bySession.set(session, hash);
    return ticket;
  }

  /** The session that it is for. @throws LatchkeyError `session.ticketInvalid` */
  check(ticket: string): string {
    return this.find(ticket).session;
  }

  /**
   * Binds it to the first key that brings it.
   * @returns the session
   * @throws LatchkeyError `session.ticketInvalid`
   */
  use(ticket: string, publicKey: string): string {
    const found = this.find(ticket);
    found.publicKey ??= publicKey;
    if (found.publicKey !== publicKey) throw new LatchkeyError('session.ticketInvalid');
    return found.session;
  }

  /** As it is to be kept. */
  of(session: string): KeptTicket | undefined {
    const hash = this.bySession.get(session);
    const ticket = hash === undefined ? undefined : this.tickets.get(hash);
    return ticket && { hash: hash!, expiresAt: ticket.expiresAt, publicKey: ticket.publicKey ?? null };
  }

  /** One that was issued before the hub's start. */
  restore(session: string, { hash, expiresAt, publicKey }: KeptTicket): void {
    this.tickets.set(hash, { session, expiresAt, publicKey: publicKey ?? undefined });
    this.bySession.set(session, hash);
  }

  drop(session: string): void {
    const hash = this.bySession.get(session);
    if (hash !== undefined) this.tickets.delete(hash);
    this.bySession.delete(session);
  }

  private find(ticket: string): Ticket {
    const found = this.tickets.get(hashSecret(ticket));
    if (!found || (found.publicKey === undefined && found.expiresAt <= Date.now())) {
      throw new LatchkeyError('session.ticketInvalid');
    }
    return found;
  }
}
