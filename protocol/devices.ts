import { z } from 'zod';
import { group } from './groups.ts';
import { notification, request } from './messages.ts';
import { id, name, timestamp } from './primitives.ts';
import { deviceFacts, system } from './facts.ts';
import { setUpMethod } from './set-ups.ts';

/**
 * `active`: may be worked with. `waiting`: joined past a limit or an expiry, a technician has to approve it.
 * `blocked`: the customer has switched access off. `removing`: to be uninstalled at next contact.
 */
export const deviceState = z.enum(['active', 'waiting', 'blocked', 'removing']);
export type DeviceState = z.output<typeof deviceState>;

/** What every workbench knows of a device: the row of its replica. */
export const device = z.object({
  id,
  group: id,
  /** Given by a technician; null where the computer goes by its own name. */
  nickname: name.nullable(),
  hostName: z.string().max(255),
  state: deviceState,
  system,
  endpointVersion: z.string().max(32),
  joinedAt: timestamp,
});
export type Device = z.output<typeof device>;

/** The name that a device goes by: its nickname, else the computer's own name. */
export const deviceName = (of: Pick<Device, 'nickname' | 'hostName'>): string => of.nickname ?? of.hostName;

/** All that is known of one device. */
export const deviceDetails = z.object({
  device,
  facts: deviceFacts,
  /** When the hub last heard of it; null where it never connected again after it joined. */
  lastSeenAt: timestamp.nullable(),
  /** The installer that brought it in, null where that is not known. */
  installer: id.nullable(),
  /** How it was set up; null where that is not known. */
  setUpBy: setUpMethod.nullable().default(null),
  /** Whether the customer has stored a password, so that sessions begin without one (Windows). */
  passwordStored: z.boolean().default(false),
  /** SHA-256 of the endpoint's public key, hexadecimal: what a person compares. */
  keyFingerprint: z.string(),
});
export type DeviceDetails = z.output<typeof deviceDetails>;

/** Where a replica stands. All three null or absent: it is empty. */
export const replicaPosition = z.object({
  /** Changes when the store is another one, after a restore for example. */
  store: z.string().max(64),
  /** Changes when other groups become visible to this technician. */
  scope: z.string().max(64),
  /** The number of the last change that the replica holds. */
  seq: z.number().int().nonnegative(),
});
export type ReplicaPosition = z.output<typeof replicaPosition>;

/** Devices by column: what is packed (deflated JSON, as base64) in `packed`. All columns are equally long. */
export const packedDeviceColumns = z
  .object({
    /** One after another. */
    ids: z.string().regex(/^([a-z2-7]{16})*$/),
    hostNames: z.array(device.shape.hostName),
    /** Empty: none. */
    nicknames: z.array(z.union([z.literal(''), name])),
    /** Milliseconds since the one before joined; the first one since 1970. */
    joined: z.array(z.number().int()),
    /** Indexes of `kinds`. */
    kind: z.array(z.number().int().nonnegative()),
    kinds: z.array(device.pick({ group: true, state: true, system: true, endpointVersion: true })),
  })
  .refine(
    ({ ids, hostNames, nicknames, joined, kind, kinds }) =>
      [ids.length / 16, hostNames.length, nicknames.length, joined.length].every((length) => length === kind.length) &&
      kind.every((each) => each < kinds.length),
  );

export type PackedDeviceColumns = z.output<typeof packedDeviceColumns>;

/**
 * What can be asked of a device beside its row: it changes too often for the change log, and whoever wants it asks for it.
 */
export const particulars = z.object({
  /** When it was last heard of; when it joined, where it never connected again. */
  seenAt: timestamp,
  /** Accounts signed in at the computer. */
  users: deviceFacts.shape.users,
  /** With prefix length: `192.168.7.4/24`. */
  addresses: z.array(z.string().max(64)),
  /** Twelve hexadecimal digits each, lower-case. */
  macs: z.array(z.string().regex(/^[0-9a-f]{12}$/)),
});
export type Particulars = z.output<typeof particulars>;

/** Particulars by column: what is packed (deflated JSON, as base64) in an answer. All columns are equally long. */
export const packedParticularColumns = z
  .object({
    /** One after another. */
    ids: z.string().regex(/^([a-z2-7]{16})*$/),
    /** Seconds since the one before; the first one since 1970. */
    seen: z.array(z.number().int()),
    /** A line each. */
    users: z.array(z.string()),
    /** A space between them. */
    addresses: z.array(z.string()),
    /** One after another. */
    macs: z.array(z.string().regex(/^([0-9a-f]{12})*$/)),
  })
  .refine(({ ids, seen, users, addresses, macs }) =>
    [ids.length / 16, users.length, addresses.length, macs.length].every((length) => length === seen.length),
  );
export type PackedParticularColumns = z.output<typeof packedParticularColumns>;

/** Part of the change log: the rows that changed, as they are now. */
export const deviceChanges = z.object({
  position: replicaPosition,
  /** The replica has to be emptied before these are applied. */
  reset: z.boolean(),
  groups: z.array(group),
  devices: z.array(device),
  /** More of them, as `packedDeviceColumns`: for who has asked for it. */
  packed: z.string().optional(),
  /** Identifiers of devices and groups that are gone, or no longer visible. */
  removed: z.array(id),
  /** There is more: ask again from `position`. */
  more: z.boolean(),
});
export type DeviceChanges = z.output<typeof deviceChanges>;

/** What became of one device of a call that named several. */
export const deviceOutcome = z.object({ device: id, ok: z.boolean(), error: z.string().optional() });

export const deviceRequests = {
  /** What changed after `since`, at most some thousand rows at a time; from the start where `since` is null. */
  changes: request(
    'devices/changes',
    z.object({ since: replicaPosition.nullable(), packed: z.boolean().optional() }),
    deviceChanges,
  ),
  /**
   * The particulars of every device that the technician may see, some thousand at a time: those behind `after`, from the
   * beginning where it is null. `next` is null with the last of them. `packed` holds `packedParticularColumns`.
   */
  particulars: request(
    'devices/particulars',
    z.object({ after: id.nullable() }),
    z.object({ packed: z.string(), next: id.nullable() }),
  ),
  get: request('devices/get', z.object({ device: id }), deviceDetails),
  /** Sets the nickname; null brings the computer's own name back. Works on offline devices. */
  rename: request('devices/rename', z.object({ device: id, nickname: name.nullable() }), device),
};

export const deviceNotifications = {
  /** Hub to workbench, once the workbench has caught up: the changes as they happen, in order and without a gap. */
  changed: notification('devices/changed', deviceChanges),
};
