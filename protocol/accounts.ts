import { z } from 'zod';
import { notification, request } from './messages.ts';
import { empty, id, name, timestamp } from './primitives.ts';

export const role = z.enum(['administrator', 'technician']);
export type Role = z.output<typeof role>;

export const email = z.string().trim().toLowerCase().max(254).pipe(z.email());

/** The fewest characters of a technician's password (NIST SP 800-63B: length, not composition). */
export const minimumPasswordLength = 12;
export const password = z.string().min(minimumPasswordLength).max(1024);

export const technician = z.object({
  id,
  email,
  name,
  role,
  /** The device groups assigned; an administrator has all, whatever stands here. */
  groups: z.array(id),
  disabled: z.boolean(),
  createdAt: timestamp,
  /** Whether two-factor sign-in is on: told to administrators, in their list. */
  twoFactor: z.boolean().optional(),
});
export type Technician = z.output<typeof technician>;

/** Who is signed in, as the workbench sees it. */
export const identity = z.object({
  technician,
  /** Signed in with the password of the first start, which should be changed. */
  passwordIsInitial: z.boolean(),
  /** `missing`: the role requires it and it is not set up; until it is, nothing else is answered. */
  twoFactor: z.enum(['off', 'on', 'missing']).default('off'),
  /** When the hub answered: the technician's clock may be wrong by hours. */
  now: timestamp.optional(),
});
export type Identity = z.output<typeof identity>;

/** A long-lived credential of a technician, for programs. Its secret is shown once, when it is made. */
export const apiToken = z.object({
  id,
  name,
  createdAt: timestamp,
  lastUsedAt: timestamp.nullable(),
  expiresAt: timestamp.nullable(),
  revokedAt: timestamp.nullable(),
});
export type ApiToken = z.output<typeof apiToken>;

const createdToken = z.object({ token: apiToken, secret: z.string() });

export const accountRequests = {
  me: request('accounts/me', empty, identity),
  list: request('accounts/list', empty, z.array(technician)),
  /** Whom to ask, for every technician: the administrators who are not disabled. */
  administrators: request('accounts/administrators', empty, z.array(z.object({ name, email }))),
  create: request(
    'accounts/create',
    z.object({ email, name, role, groups: z.array(id).default([]), password }),
    technician,
  ),
  update: request(
    'accounts/update',
    z.object({
      technician: id,
      name: name.optional(),
      role: role.optional(),
      groups: z.array(id).optional(),
      disabled: z.boolean().optional(),
    }),
    technician,
  ),
  changePassword: request(
    'accounts/changePassword',
    z.object({ current: z.string().max(1024), next: password }),
    empty,
  ),
  /** An administrator gives a technician a new password; all their sign-ins end. */
  resetPassword: request('accounts/resetPassword', z.object({ technician: id, next: password }), empty),
};

export const tokenRequests = {
  /** The caller's own; an administrator may name another technician. */
  list: request('tokens/list', z.object({ technician: id.optional() }), z.array(apiToken)),
  create: request('tokens/create', z.object({ name, expiresAt: timestamp.nullable().default(null) }), createdToken),
  /** One of the caller's own; an administrator may revoke anybody's. */
  revoke: request('tokens/revoke', z.object({ token: id }), apiToken),
};

export const accountNotifications = {
  /** Hub to workbench: the technician's own account has changed (role, groups, name). */
  changed: notification('accounts/changed', identity),
};

export const signInPath = '/api/sign-in';
export const signOutPath = '/api/sign-out';
/** `GET`: the identity of whoever is signed in, else 401. A browser hides why its WebSocket was refused; this tells. */
export const identityPath = '/api/identity';

/**
 * `POST /api/sign-in`: sets the session cookie, or, where `token` names one, makes an API token instead (the command line).
 * `POST /api/sign-out` ends the cookie's session. Errors are `{ error: ErrorData, message }`.
 */
export const signInBody = z.object({
  email,
  password: z.string().max(1024),
  /** Where two-factor sign-in is on: without it the answer is `account.codeRequired`. */
  code: z.string().trim().max(32).optional(),
  token: z.object({ name }).optional(),
});
export const signInResult = z.object({ identity, token: createdToken.optional() });
export type SignInResult = z.output<typeof signInResult>;
