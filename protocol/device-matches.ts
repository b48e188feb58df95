import { z } from 'zod';
import { system } from './facts.ts';
import { notification, request } from './messages.ts';
import { empty, id, name, timestamp } from './primitives.ts';

/*
 * Which computer is which device. A computer that certainly is a device already keeps it, whatever key it brings; one that
 * certainly is another one becomes a device of its own. What is left is a doubtful match: a technician decides.
 */

/**
 * `joined`: a computer has joined with a key of its own and looks like a device that there is.
 * `hardware`: a device's key was brought by a computer with partly other hardware.
 * `keyReturned`: a computer had taken a device over, and then the key came back that the device had before.
 */
export const matchKind = z.enum(['joined', 'hardware', 'keyReturned']);
export type MatchKind = z.output<typeof matchKind>;

/** What computers are told apart by. */
export const hardwareMark = z.enum(['uuid', 'serial', 'mac']);
export type HardwareMark = z.output<typeof hardwareMark>;

/**
 * Why the hub did not decide by itself. `hardware`: some of it agrees, some differs, or too little is known. `connected`: both
 * are online. `origin`: the installer lets into another group than the device's. `recent`: the device was online a short
 * time ago. `setting`: administrators have said that a person is to decide. `expired`: the installer has expired.
 * `keyInUse`: two keys are in use.
 */
export const matchReason = z.enum(['hardware', 'connected', 'origin', 'recent', 'setting', 'expired', 'keyInUse']);
export type MatchReason = z.output<typeof matchReason>;

/** One of the two sides, as it was when the question came up; name, group and presence as they are now. */
export const matchSide = z.object({
  /** null where it is no device of its own: it came with the device's key, or with one that the device had. */
  device: id.nullable(),
  /** The device's nickname, else the computer's own name. */
  name: z.string(),
  hostName: z.string(),
  group: id.nullable(),
  system,
  serial: z.string().nullable(),
  uuid: z.string().nullable(),
  macs: z.array(z.string()),
  /** With prefix length. */
  addresses: z.array(z.string()),
  /** The network address that it connected from, where that is known. */
  from: z.string().nullable(),
  lastSeenAt: timestamp.nullable(),
  online: z.boolean(),
  /** The installer that brought it in, by identifier and name; null where it was none. */
  installer: z.object({ id, name: name.nullable() }).nullable(),
});
export type MatchSide = z.output<typeof matchSide>;

/** A question that waits for a technician. */
export const deviceMatch = z.object({
  id,
  kind: matchKind,
  reason: matchReason,
  at: timestamp,
  agrees: z.array(hardwareMark),
  differs: z.array(hardwareMark),
  /** The device that there was. */
  known: matchSide,
  /** Who came. */
  other: matchSide,
});
export type DeviceMatch = z.output<typeof deviceMatch>;

/** `same`: both are one computer. `apart`: they are two, which is not asked again. */
export const matchDecision = z.enum(['same', 'apart']);
export type MatchDecision = z.output<typeof matchDecision>;

/** Two devices that a technician holds against one another. */
export const deviceComparison = z.object({
  agrees: z.array(hardwareMark),
  differs: z.array(hardwareMark),
  /** The older one first. */
  devices: z.tuple([matchSide, matchSide]),
  /** Whose computer the device would be after merging them: the one that is connected, else the one seen last. */
  holder: id,
});
export type DeviceComparison = z.output<typeof deviceComparison>;

/** What administrators set about computers that come back with a new key. */
export const matchSettings = z.object({
  /** Whether one that certainly is a device already takes it over by itself; else a person decides. */
  takeOver: z.boolean(),
  /** Minutes for which the device has to have been offline before that; 0: it has to be offline. */
  quietMinutes: z.number().int().min(0).max(43_200),
});
export type MatchSettings = z.output<typeof matchSettings>;

export const deviceMatchRequests = {
  /** The open ones of which the technician is assigned to the groups of both sides, newest first. */
  list: request('deviceMatches/list', empty, z.object({ matches: z.array(deviceMatch) })),
  /**
   * Decides one. `device` is the one that keeps name, group and history; `other` the one that the other computer has from
   * now on: null where it has none, or gets it when it connects next.
   */
  decide: request(
    'deviceMatches/decide',
    z.object({ match: id, decision: matchDecision }),
    z.object({ device: id, other: id.nullable() }),
  ),
  /** Both sides of two devices. Fails with `device.notFound`. */
  compare: request('deviceMatches/compare', z.object({ one: id, other: id }), deviceComparison),
  /**
   * A technician knows that two devices are one computer. `keep` stays, with its group, nickname and history and the
   * history of the other; `gone` disappears, and can't be taken back. Needs the permission to delete too. Fails with
   * `device.notFound`, `deviceMatch.sameDevice`, `deviceMatch.deviceGone`, and `deviceMatch.bothOnline`: then they are two.
   */
  merge: request('deviceMatches/merge', z.object({ keep: id, gone: id }), z.object({ device: id })),
  settings: request('deviceMatches/settings', empty, matchSettings),
  /** Administrators only. */
  setSettings: request('deviceMatches/setSettings', matchSettings, empty),
};

export const deviceMatchNotifications = {
  /** Hub to workbench, when there are more or fewer: how many wait for this technician. */
  changed: notification('deviceMatches/changed', z.object({ open: z.number().int() })),
};
