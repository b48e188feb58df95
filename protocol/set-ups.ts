import { z } from 'zod';
import { deviceFacts } from './facts.ts';
import { notification, request } from './messages.ts';
import { base64url, empty, id, name, timestamp } from './primitives.ts';

/*
 * Setting up unattended access to one computer, with the customer there: from an attended session, or from the portal.
 * consent → nickname and device group → the customer app installs itself → it joins → done.
 */

/** The methods by which a computer can be set up. */
export const setUpMethod = z.enum(['attended', 'endpointInstaller', 'portal', 'gpo']);
export type SetUpMethod = z.output<typeof setUpMethod>;

/**
 * `asking`: the customer has the dialog. `details`: allowed; the technician gives nickname and group. `installing`: until
 * the installed endpoint has joined. The last four are ends.
 */
export const setUpState = z.enum(['asking', 'details', 'installing', 'done', 'declined', 'cancelled', 'failed']);
export type SetUpState = z.output<typeof setUpState>;

export const setUp = z.object({
  id,
  method: setUpMethod.extract(['attended', 'portal']),
  state: setUpState,
  /** The attended session; null in the portal. */
  session: id.nullable(),
  technician: z.object({ id, name }),
  /** As the computer calls itself. */
  computer: z.string(),
  /** The answer to the dialog's checkbox; null before. */
  passwordStored: z.boolean().nullable(),
  nickname: name.nullable(),
  group: id.nullable(),
  /** Once it is done. */
  device: id.nullable(),
  /** Why it failed, or who cancelled it, as an error's code and arguments. */
  problem: z.object({ code: z.string(), args: z.record(z.string(), z.union([z.string(), z.number()])) }).nullable(),
  startedAt: timestamp,
});
export type SetUp = z.output<typeof setUp>;

/** Workbench to hub. */
export const setUpRequests = {
  /** The caller's own that are not over, and those that ended while their session goes on; starts `setUps/changed`. */
  watch: request('setUps/watch', empty, z.array(setUp)),
  /**
   * Asks the customer of an attended session. The technician's own password, and code where two-factor sign-in is on, are
   * checked before anything is asked: `account.wrongPassword`, `account.codeRequired`, `account.codeWrong`. Fails with
   * `setUp.alreadySetUp`, `setUp.underWay`.
   */
  begin: request(
    'setUps/begin',
    z.object({ session: id, password: z.string().max(1024), code: z.string().max(32).optional() }),
    setUp,
  ),
  /** Stops it, on the customer's screen too. Past `details` it is too late: `setUp.installing`. */
  cancel: request('setUps/cancel', z.object({ setUp: id }), setUp),
  /** Nickname and group are known: install. Fails with `group.notFound` or `group.nameTaken` and can be tried again. */
  complete: request('setUps/complete', z.object({ setUp: id, nickname: name.nullable(), group: id }), setUp),
};

export const setUpNotifications = {
  /** Hub to workbench, of the technician's own. */
  changed: notification('setUps/changed', z.object({ setUp })),
};

/** Hub to customer app. */
export const endpointSetUpRequests = {
  /**
   * Installs the endpoint for good, and has it join with `token`, which buys this one join. Answers once the installed
   * endpoint runs; what fails leaves nothing behind. `setUp.installFailed`, `setUp.notElevated`. Asked again after a lost
   * connection, with the same token: it answers for the installation that is under way, or is done.
   */
  install: request('setUp/install', z.object({ setUp: id, token: z.string().max(512), group: z.string() }), empty),
};

/** Hub to customer app, of an attended session and of the portal alike. */
export const endpointSetUpNotifications = {
  /**
   * It is past the dialog, or has ended, whoever ended it. Where it ended without `done`, nothing of it stays: the dialog
   * closes, a password that was stored for it is forgotten, an installation that is under way is undone. What changed while
   * the app's connection was lost is told when it is back.
   */
  changed: notification('setUp/changed', setUp.pick({ id: true, state: true, problem: true })),
};

/**
 * Portal, customer app to hub, after `endpoint/hello`: a technician signs in at the customer's computer. Signed as
 * `endpointProof(portalPurpose, …)`. The hub hangs up on whoever proves nothing within ten seconds: connect when the
 * form is sent, and anew for each attempt. A set-up whose connection is lost waits for `resumeSeconds`, and goes on where it was
 * over another one, by the same key: `portal/resume`, signed for `portalResumePurpose`.
 */
export const portalPurpose = 'portal';
export const portalResumePurpose = (setUp: string): string => `portal resume\n${setUp}`;
export const portalRequests = {
  /** The technician's own groups come with it. Attempts are limited as at the workbench. */
  signIn: request(
    'portal/signIn',
    z.object({
      email: z.string().max(254),
      password: z.string().max(1024),
      code: z.string().max(32).optional(),
      publicKey: base64url,
      signature: base64url,
      facts: deviceFacts,
    }),
    z.object({
      setUp: id,
      technician: name,
      groups: z.array(z.object({ id, name })),
      /** Of the support organisation that runs the hub. */
      organisation: z.string().max(64).optional(),
    }),
  ),
  /** After a lost connection. Fails with `setUp.notFound` where nothing of it is left. */
  resume: request(
    'portal/resume',
    z.object({ setUp: id, publicKey: base64url, signature: base64url, facts: deviceFacts }),
    setUp.pick({ id: true, state: true, problem: true }),
  ),
  /** The customer has answered. The same answer once more, because the connection was lost, is taken again. */
  consent: request('portal/consent', z.object({ setUp: id, allowed: z.boolean(), passwordStored: z.boolean() }), empty),
  /** Answers with the token that the installed endpoint joins with; asked for the same once more, with the same one. */
  complete: request(
    'portal/complete',
    z.object({ setUp: id, nickname: name.nullable(), group: id }),
    z.object({ token: z.string(), group: z.string() }),
  ),
  /** Given up by whoever sits there, or failed while it was installed. */
  cancel: request('portal/cancel', z.object({ setUp: id, problem: z.string().max(200).optional() }), empty),
};
