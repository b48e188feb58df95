import { z } from 'zod';
import { installerLimit, installerState } from './installers.ts';
import { notification, request } from './messages.ts';
import { empty, id, timestamp } from './primitives.ts';

/*
 * Putting the endpoint on the computers of a Windows domain by Group Policy. A roll-out is what an administrator of the
 * domain is guided through: it is kept from its first answer on, has an installer of its own, gives the files (or is applied to
 * the domain by the hub), and shows who of those that were expected has joined.
 */

/** The most computers that a list of a roll-out may name. */
export const maximumRollOutComputers = 5000;

/**
 * Whose computers it is for. `all`: every computer below what the policy is linked to. `group`: a domain group that exists.
 * `computers`: these, of which a domain group named `group` is made. `expected`: how many there are, as far as somebody knows.
 *
 * Of strings only the length is checked here: what is wrong with one is said by the hub, with an error of its own.
 */
export const rollOutTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all'), expected: z.number().int().min(1).max(1_000_000).nullable() }),
  z.object({
    kind: z.literal('group'),
    group: z.string().max(500),
    expected: z.number().int().min(1).max(1_000_000).nullable(),
  }),
  z.object({
    kind: z.literal('computers'),
    group: z.string().max(500),
    computers: z.array(z.string().max(500)).max(100_000),
  }),
]);
export type RollOutTarget = z.output<typeof rollOutTarget>;

/** The options of the package, as the console calls them. */
export const rollOutDeployment = z.object({
  /** *Uninstall this application when it falls out of the scope of management*: of an assigned package alone. */
  uninstallOutOfScope: z.boolean(),
  /** *Do not display this package in the Add/Remove Programs control panel*. */
  hideInPrograms: z.boolean(),
  /** *Ignore language when deploying this package*: of an assigned package alone; a script does so anyway. */
  ignoreLanguage: z.boolean(),
});
export type RollOutDeployment = z.output<typeof rollOutDeployment>;

/** Where in the guide the administrator is. */
export const rollOutStep = z.enum(['computers', 'domain', 'options', 'files', 'progress']);
export type RollOutStep = z.output<typeof rollOutStep>;

/** What has to be known before there are files: null where it is not yet. */
const settings = {
  target: rollOutTarget.nullable(),
  /** DNS name of the domain. */
  domain: z.string().max(500).nullable(),
  /** UNC path of the folder that the package lies in: `\\server\share\folder`. */
  share: z.string().max(1000).nullable(),
  /** What the group policy object is called. */
  name: z.string().max(500),
  /** How many computers it may bring in. */
  limit: z.number().int().min(1).max(installerLimit),
  /** Distinguished name of what the policy is linked to; null: the domain itself. */
  linkTo: z.string().max(1000).nullable(),
  /** Whether the policy's user configuration settings are disabled (recommended). */
  userSettingsDisabled: z.boolean(),
  deployment: rollOutDeployment,
  step: rollOutStep,
};

/** Applied to the domain by the hub itself. */
export const rollOutApplied = z.object({ at: timestamp, by: z.string(), domainController: z.string() });

const rollOutHead = {
  id,
  group: id,
  /** Made once the target, the domain and the share are known. */
  installer: id.nullable(),
  createdAt: timestamp,
  createdBy: z.string(),
  changedAt: timestamp,
  /** When the files were last handed out. */
  downloadedAt: timestamp.nullable(),
  applied: rollOutApplied.nullable(),
  /**
   * Whether the hub has made something in the domain that `undo` would take back: all of it, or, where `applied` is null, part
   * of it, because it was interrupted.
   */
  inDomain: z.boolean(),
  /** How many computers it is for; null where nobody said. */
  expected: z.number().int().nullable(),
  /** Computers that its installer has brought in: of those on the list, where the target is one. */
  joined: z.number().int(),
  /** Those that it has brought in though they are not on that list: they take nobody's place. */
  strangers: z.number().int(),
};

export const rollOut = z.object({ ...rollOutHead, ...settings });
export type RollOut = z.output<typeof rollOut>;

/** As it is listed: without the computers. */
export const rollOutSummary = z.object({
  ...rollOutHead,
  name: settings.name,
  domain: settings.domain,
  share: settings.share,
  step: rollOutStep,
  limit: settings.limit,
});
export type RollOutSummary = z.output<typeof rollOutSummary>;

/** What can be given; what is left out stays as it is, or gets its default. */
const changes = z.object({
  target: rollOutTarget.optional(),
  domain: settings.domain.unwrap().optional(),
  share: settings.share.unwrap().optional(),
  name: settings.name.optional(),
  limit: z.number().int().min(1).max(installerLimit).optional(),
  linkTo: settings.linkTo.optional(),
  userSettingsDisabled: z.boolean().optional(),
  deployment: rollOutDeployment.partial().optional(),
  step: rollOutStep.optional(),
});
export type RollOutChanges = z.output<typeof changes>;

/**
 * How one computer fares. `joined` and `waiting` (for approval, past the limit or the expiry) are devices; `rejected` was one.
 * `refused`: it came and was not let in. `present`: a device already, not by this roll-out. `missing`: expected, and not heard
 * of yet.
 */
export const rollOutComputer = z.object({
  /** As it was expected where it was, else as it calls itself. */
  name: z.string(),
  state: z.enum(['joined', 'waiting', 'rejected', 'refused', 'present', 'missing']),
  /** Whether the list of the target names it; true too where there is no list. */
  expected: z.boolean(),
  device: id.nullable(),
  /** When it came, or was refused last. */
  at: timestamp.nullable(),
  address: z.string().nullable(),
  /** Why it was refused: a code of `errors.ts` and what fills its text. */
  problem: z.object({ code: z.string(), args: z.record(z.string(), z.union([z.string(), z.number()])) }).nullable(),
});
export type RollOutComputer = z.output<typeof rollOutComputer>;

export const rollOutProgress = z.object({
  rollOut: rollOutSummary,
  /** null where the roll-out is not complete yet. */
  installer: z.object({ state: installerState, limit: z.number().int(), used: z.number().int() }).nullable(),
  counts: z.object({
    /** null where nobody said how many there are. */
    expected: z.number().int().nullable(),
    /** Strangers among them: `rollOut` tells them apart. */
    joined: z.number().int(),
    waiting: z.number().int(),
    /** Refused or rejected. */
    failed: z.number().int(),
    present: z.number().int(),
    /** null where it is not known how many are expected. */
    missing: z.number().int().nullable(),
  }),
  /** Those that need a look first (refused, rejected, waiting, missing), then the latest to join. */
  computers: z.array(rollOutComputer),
  /** Expected ones that had joined until then, at no more than 100 moments: a line through them is the picture over time. */
  timeline: z.array(z.object({ at: timestamp, joined: z.number().int() })),
});
export type RollOutProgress = z.output<typeof rollOutProgress>;

/** The files of a roll-out as one ZIP. */
export const rollOutFile = z.object({
  rollOut: id,
  fileName: z.string(),
  size: z.number().int(),
  /** Path on the hub, to be fetched with the caller's own credentials. */
  path: z.string(),
  /** What is in it; `sha256` hexadecimal. */
  files: z.array(z.object({ path: z.string(), size: z.number().int(), sha256: z.string() })),
});
export type RollOutFile = z.output<typeof rollOutFile>;

/** One thing in the domain, or in the shared folder, that is made, changed or taken away. */
export const rollOutChange = z.object({
  /** `policyFiles`: `before` and `after` are what stands in the file. `members`: how many. `permissions`: SDDL. */
  kind: z.enum([
    'folder',
    'file',
    'permissions',
    'group',
    'members',
    'policy',
    'policyStatus',
    'policyFiles',
    'filter',
    'link',
  ]),
  /** What it happens to: a path, a distinguished name, the name of the policy. */
  target: z.string(),
  /** null: it was not there. */
  before: z.string().nullable(),
  /** null: it will not be there. */
  after: z.string().nullable(),
});
export type RollOutChange = z.output<typeof rollOutChange>;

/** The password is used for this one call: it is kept nowhere, logged nowhere, and never answered. */
const domainAccess = z.object({
  rollOut: id,
  /** Host name of a domain controller; empty: found by DNS. */
  domainController: z.string().max(255),
  /** `DOMAIN\user` or `user@example.com`. */
  account: z.string().max(255),
  password: z.string().max(1024),
  /**
   * SHA-256 of the domain controller's certificate, hexadecimal with or without colons, where no certification authority that
   * the hub knows vouches for it and the administrator has compared it: `domain.certificateUntrusted` tells it.
   */
  certificate: z.string().max(128).optional(),
});
const changeList = z.object({
  /** In the order in which they are made; none: all is as it should be. */
  changes: z.array(rollOutChange),
  /** What stands in nobody's way and should be known: codes of `errors.ts` and what fills their texts. */
  notices: z
    .array(z.object({ code: z.string(), args: z.record(z.string(), z.union([z.string(), z.number()])) }))
    .optional(),
  /** Computers of the target's list that the domain does not know. */
  unknownComputers: z.array(z.string()).optional(),
  /** The domain controller that it is about. */
  domainController: z.string().optional(),
  /** Of a preview: what `apply` is given, so that it does this or nothing. */
  preview: z.string().optional(),
});
export type RollOutChangeList = z.output<typeof changeList>;

export const supportedTextLanguage = z.enum(['en', 'fr', 'de']);

export const rollOutRequests = {
  /** Those of the groups that the caller is assigned to, newest first. */
  list: request('rollOuts/list', empty, z.array(rollOutSummary)),
  get: request('rollOuts/get', z.object({ rollOut: id }), rollOut),
  /** Begins one. What is given is checked as by `update`. */
  create: request('rollOuts/create', changes.extend({ group: id }), rollOut),
  /**
   * Puts answers down, and where the administrator is. Fails with `rollOut.…` where one can't be right, with
   * `rollOut.tooFewSlots` where the target is larger than the limit; nothing of it is kept then.
   */
  update: request('rollOuts/update', changes.extend({ rollOut: id }), rollOut),
  /**
   * Its installer is revoked; computers that it brought in stay. Fails with `rollOut.applied` while something of it is in the
   * domain (`inDomain`): undo that first. `forgetDomain`, by administrators alone: deleted all the same, and what it made in the
   * domain stays there, with nothing that could undo it.
   */
  delete: request('rollOuts/delete', z.object({ rollOut: id, forgetDomain: z.boolean().optional() }), empty),
  progress: request('rollOuts/progress', z.object({ rollOut: id }), rollOutProgress),
  /**
   * Makes the files, reports progress while the package is first made, and says where to fetch them. `language`: of the
   * texts in them. Fails with `rollOut.incomplete`, or as `installers/prepare` does.
   */
  prepare: request('rollOuts/prepare', z.object({ rollOut: id, language: supportedTextLanguage }), rollOutFile),
  /** What `apply` would change in the domain; nothing is changed. */
  preview: request('rollOuts/preview', domainAccess, changeList),
  /**
   * Does it, with progress; answers what was changed. What fails half way, or is cancelled, is taken back. `preview`: of the
   * preview that somebody has seen; fails with `domain.previewOutdated` where something else would be done by now.
   */
  apply: request('rollOuts/apply', domainAccess.extend({ preview: z.string().max(128).optional() }), changeList),
  /** Takes back what `apply` did, where it still is as it was left. */
  undo: request('rollOuts/undo', domainAccess, changeList),
  /** What the hub has made in the domain, in the order in which it did: what `undo` takes back. For administrators. */
  made: request('rollOuts/made', z.object({ rollOut: id }), z.object({ changes: z.array(rollOutChange) })),
};

export const rollOutNotifications = {
  /** Hub to the workbenches of whoever may see it, a few times a second at most: ask again if you show it. */
  changed: notification('rollOuts/changed', z.object({ rollOut: id })),
};
