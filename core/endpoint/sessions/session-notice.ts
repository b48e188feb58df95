import type { ShownSession } from '#protocol/sessions.ts';

/** Tells a user who is at the computer that a session is on. What goes wrong with that stops no session. */
export interface SessionNotice {
  began(session: ShownSession): void;
  ended(session: ShownSession): void;
}
