import { z } from 'zod';
import { deviceFacts, platform } from './facts.ts';
import { notification, request } from './messages.ts';
import { empty, id, name, timestamp } from './primitives.ts';
import { sealed, sealingKey } from './sealed.ts';

/*
 * A session: technicians at one computer. What is done in it stands in `terminal.ts` and `file-transfer.ts`; how a
 * customer comes into one by key in `join.ts`. Everything passes through the hub, which checks each message.
 */

/** How long a session waits for a side whose connection is lost, in seconds. */
export const resumeSeconds = 60;
/**
 * How long a computer holds its sessions while it cannot reach the hub, in seconds: longer than the hub waits for it, because a
 * hub that is started anew begins to wait when it is back. The hub's word counts: a session that it has ended meanwhile ends there
 * at the next contact.
 */
export const hubAwaySeconds = 120;
/** How long a session key is good for, in seconds. */
export const keySeconds = 600;
/** Nine digits; people write them in groups of three. */
export const sessionKey = z.string().regex(/^\d{9}$/);

/** `attended`: the customer came by key. `unattended`: started on a device that is set up. */
export const sessionKind = z.enum(['attended', 'unattended']);

/**
 * `waiting`: the customer has not come yet. `signingIn`: the computer wants an account before it lets anybody work.
 * `interrupted`: the computer's connection is lost, until `resumeUntil`.
 */
export const sessionState = z.enum(['waiting', 'signingIn', 'active', 'interrupted', 'ended']);
export type SessionState = z.output<typeof sessionState>;

export const sessionEnd = z.enum([
  'technician',
  'customer',
  /** The customer has blocked access while it went on. */
  'blocked',
  'keyExpired',
  /** One side was away for longer than `resumeSeconds`; as the computer sees it, the hub for longer than `hubAwaySeconds`. */
  'connectionLost',
  /** An administrator has withdrawn what it needs. */
  'permission',
  /** The device was deleted, reset or moved out of reach. */
  'device',
  'signInFailed',
  /** The hub was away for so long that nobody waited for it any more. */
  'hubStopped',
]);
export type SessionEnd = z.output<typeof sessionEnd>;

/** What may be done in a session; what was done stands in its entry. */
export const sessionFeature = z.enum(['terminal', 'files']);
export type SessionFeature = z.output<typeof sessionFeature>;

export const sessionParticipant = z.object({ technician: id, name, since: timestamp });

/** A session as it is, or, once it has ended, its entry. */
export const session = z.object({
  id,
  kind: sessionKind,
  state: sessionState,
  /** The device; null in an attended session on a computer that is none. */
  device: id.nullable(),
  /** The computer; null while nobody has come. */
  computer: z.object({ name: z.string(), platform, system: z.string() }).nullable(),
  /** Who started it. */
  technician: z.object({ id, name }),
  /** Who works; the others look on. null while nobody is there. */
  inControl: id.nullable(),
  participants: z.array(sessionParticipant),
  /** Everybody who ever took part. */
  technicians: z.array(z.object({ id, name })),
  createdAt: timestamp,
  /** When work could begin; null where it never could. */
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  end: sessionEnd.nullable(),
  /** Who ended it, where a person did: a technician's name. */
  endedBy: z.string().nullable(),
  resumeUntil: timestamp.nullable(),
  keyExpiresAt: timestamp.nullable(),
  used: z.array(sessionFeature),
  /** Where `state` is `signingIn`: the key for which an account's name and password are sealed. */
  sealingKey: sealingKey.nullable(),
  /** Where `state` is `signingIn`: the computer has a password stored, which it no longer takes. */
  storedPasswordRefused: z.boolean().optional(),
});
export type Session = z.output<typeof session>;

export const invitation = z.object({
  session,
  key: sessionKey,
  /** For the customer; opens `/join` with the key filled in. The key stands behind `#`, which no server gets to see. */
  link: z.url(),
  expiresAt: timestamp,
});
export type Invitation = z.output<typeof invitation>;

/** An account of the computer: `name` is `DOMAIN\user` for a member of a Windows domain. */
export const computerAccount = z.object({ account: z.string().min(1).max(255), password: z.string().max(1024) });
export type ComputerAccount = z.output<typeof computerAccount>;

/** Workbench to hub. */
export const sessionRequests = {
  /** Those that go on and that the caller may see; starts `sessions/changed`. */
  watch: request('sessions/watch', empty, z.array(session)),
  get: request('sessions/get', z.object({ session: id }), session),
  /** What the computer says of itself; null before it has come. */
  facts: request('sessions/facts', z.object({ session: id }), z.object({ facts: deviceFacts.nullable() })),
  /** Entries of sessions that have ended, newest first; of one device, or all that the caller may see. */
  history: request(
    'sessions/history',
    z.object({
      device: id.optional(),
      before: timestamp.optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    z.array(session),
  ),
  /** A session that a customer can come into with a key. */
  invite: request('sessions/invite', empty, invitation),
  /** A new key in place of one that ran out, while the customer has not come. */
  renewKey: request('sessions/renewKey', z.object({ session: id }), invitation),
  /** A session on a device that is set up. `signingIn` where the computer wants an account first. */
  start: request('sessions/start', z.object({ device: id }), session),
  /**
   * A `computerAccount`, as JSON, sealed for `sealingKey`. Fails with `session.accountRefused` where the computer does not
   * take it, with how many attempts are left; the third refusal ends the session.
   */
  signIn: request('sessions/signIn', z.object({ session: id, account: sealed }), session),
  /** Takes part, or again after a lost connection. Whoever comes first is in control. */
  join: request('sessions/join', z.object({ session: id }), session),
  leave: request('sessions/leave', z.object({ session: id }), empty),
  /** Lets another participant work. By whoever is in control, or an administrator. */
  handOver: request('sessions/handOver', z.object({ session: id, technician: id }), session),
  /** Asks whoever is in control to hand over. */
  askControl: request('sessions/askControl', z.object({ session: id }), empty),
  end: request('sessions/end', z.object({ session: id }), session),
};

export const sessionNotifications = {
  /** Hub to workbench: a session as it is now; ended ones once. */
  changed: notification('sessions/changed', z.object({ session })),
  /** Hub to whoever is in control: this participant would like to work. */
  controlAsked: notification('sessions/controlAsked', z.object({ session: id, technician: id, name })),
};

/** What the customer sees of a session. */
export const shownSession = z.object({
  session: id,
  kind: sessionKind,
  technicians: z.array(z.object({ name, inControl: z.boolean() })),
  startedAt: timestamp,
});
export type ShownSession = z.output<typeof shownSession>;

/** Hub to endpoint. */
export const endpointSessionRequests = {
  /**
   * Opens a session. Answers with a key where the computer wants an account; a stored password that it takes needs none. Refused
   * with `session.blocked`.
   */
  open: request(
    'session/open',
    shownSession,
    z.object({ sealingKey: sealingKey.nullable(), storedPasswordRefused: z.boolean().optional() }),
  ),
  /** Fails with `session.accountRefused`. */
  signIn: request('session/signIn', z.object({ session: id, account: sealed }), empty),
};
export const endpointSessionNotifications = {
  /** Hub to endpoint: other people take part. */
  changed: notification('session/changed', shownSession),
  /** Either way: it is over. Endpoint to hub: the customer has ended it. */
  ended: notification('session/ended', z.object({ session: id, end: sessionEnd })),
  /**
   * Endpoint to hub, right after each connect: the sessions that it still holds open. The hub ends, by `session/ended`,
   * those that it no longer knows, and resumes the others.
   */
  held: notification('session/held', z.object({ sessions: z.array(id).max(100) })),
};
