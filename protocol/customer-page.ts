import { z } from 'zod';
import { notification, request } from './messages.ts';
import { base64url, empty, id, name, timestamp } from './primitives.ts';
import { sessionEnd, shownSession } from './sessions.ts';
import { setUpState } from './set-ups.ts';

/*
 * The page that the customer app opens in the browser of its own computer, and the app itself: JSON-RPC over a WebSocket
 * on the loopback address. The page shows `customer/state` as it stands and asks for what its buttons say; it decides
 * nothing.
 */

/**
 * `POST` with the one-time secret, as JSON: answers with a cookie, then the secret is spent. Refused with
 * `customerPage.notOurs`, as `{ error: ErrorData, message }`. The secret is all that stands behind `#` in the address that
 * the app opened: `http://127.0.0.1:PORT/#SECRET`.
 */
export const customerPageEntryPath = '/enter';
export const customerPageEntry = z.object({ secret: base64url });
export const customerPageSocketPath = '/page';

/** `account`: an account and its password, to be stored here; where a system stores none, `none`. */
export const passwordSupport = z.enum(['none', 'account']);

/** An error to show, as its code and arguments. */
const problem = z.object({
  code: z.string(),
  args: z.record(z.string(), z.union([z.string(), z.number()])),
});

export const consentQuestion = z.object({
  setUp: id,
  technician: name,
  /** The organisation that runs the hub, and the hub's address: who asks, and from where. */
  organisation: z.string(),
  hub: z.string(),
  password: passwordSupport,
  /** What to fill in for the account: whoever is signed in. */
  account: z.string(),
  /** Why the last answer could not be taken: a wrong password. */
  problem: problem.nullable(),
});

export const customerState = z.object({
  /** `session`: for one attended session. `portal`: setting up. `device`: installed for good. */
  mode: z.enum(['session', 'portal', 'device']),
  computer: z.string(),
  organisation: z.string(),
  hub: z.string(),
  connection: z.enum(['connecting', 'connected', 'disconnected']),
  /** In words for people, where it is disconnected. */
  connectionProblem: problem.nullable(),
  sessions: z.array(shownSession),
  /**
   * What technicians do or did, newest last. `fileSent`: put a file on this computer. `fileReceived`: took one from it.
   * `detail` is the file's name.
   */
  activity: z.array(
    z.object({
      at: timestamp,
      technician: z.string(),
      what: z.enum(['joined', 'left', 'terminal', 'fileSent', 'fileReceived']),
      detail: z.string(),
    }),
  ),
  consent: consentQuestion.nullable(),
  /**
   * In the mode `session`: what became of the set-up that was asked for last. `problem` says who cancelled it
   * (`setUp.cancelledBy`), or why it failed.
   */
  setUp: z
    .object({
      setUp: id,
      technician: name,
      state: setUpState,
      passwordStored: z.boolean(),
      problem: problem.nullable(),
    })
    .nullish(),
  /** Where the app's work is over: why. The page then says goodbye. */
  ended: z
    .object({ reason: z.union([sessionEnd, z.enum(['removed', 'closed', 'replaced'])]), by: z.string().nullable() })
    .nullable(),
  portal: z
    .object({
      step: z.enum(['elevation', 'signIn', 'consent', 'details', 'installing', 'done', 'declined', 'failed']),
      technician: z.string(),
      groups: z.array(z.object({ id, name })),
      codeRequired: z.boolean(),
      passwordStored: z.boolean(),
      problem: problem.nullable(),
    })
    .nullable(),
  /** In the modes `session` and `device`: is unattended access set up, and what the customer can do about it. */
  access: z
    .object({
      group: z.string(),
      nickname: z.string().nullable(),
      blocked: z.boolean(),
      password: z.object({ support: passwordSupport, stored: z.boolean(), account: z.string() }),
    })
    .nullable(),
});
export type CustomerState = z.output<typeof customerState>;

const windowsAccount = { account: z.string().min(1).max(255), password: z.string().max(1024) };

export const customerRequests = {
  /** The state as it is; starts `customer/changed`. */
  watch: request('customer/watch', empty, customerState),
  /** Answers the question. `account` absent: without a stored password. Stays open, with a problem, where it is wrong. */
  allow: request('consent/allow', z.object({ setUp: id, account: z.object(windowsAccount).optional() }), empty),
  decline: request('consent/decline', z.object({ setUp: id }), empty),
  endSession: request('customer/endSession', z.object({ session: id }), empty),
  /** X7. */
  setBlocked: request('customer/setBlocked', z.object({ blocked: z.boolean() }), empty),
  /** X8. */
  storePassword: request('customer/storePassword', z.object(windowsAccount), empty),
  forgetPassword: request('customer/forgetPassword', empty, empty),
  /** Removes unattended access, and the endpoint, from this computer. */
  remove: request('customer/remove', empty, empty),
  /** Portal: the technician signs in; `code` where two-factor sign-in is on. */
  signIn: request(
    'customer/signIn',
    z.object({ email: z.string().max(254), password: z.string().max(1024), code: z.string().max(32).optional() }),
    empty,
  ),
  complete: request('customer/complete', z.object({ nickname: name.nullable(), group: id }), empty),
  /** Gives the portal's set-up up, or closes the app. */
  close: request('customer/close', empty, empty),
};

export const customerNotifications = {
  changed: notification('customer/changed', customerState),
};
