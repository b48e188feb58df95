import { z } from 'zod';
import { notification, request } from './messages.ts';
import { empty, id, name, timestamp } from './primitives.ts';

/*
 * Waking devices by Wake-on-LAN. A magic packet goes to the broadcast address of the sleeping computer's IPv4 subnet: sent by
 * awake endpoints there, by the hub where it is there itself, or by endpoints of a subnet from which an administrator said
 * that broadcasts are routed there. IPv6 knows no broadcast: its addresses take no part in choosing who sends, and a
 * computer of which no IPv4 address is known can't be woken.
 */

/** The most devices of one wake. */
export const maximumWakeDevices = 10_000;
/** The most computers that one endpoint is asked to wake at once. */
export const maximumWakeTargets = 500;
/** Endpoints of one subnet that send. */
export const wakeSenders = 3;
/** Of the packets, by old habit: echo and discard. */
export const wakePorts = [7, 9] as const;
/** The most senders that a result names: a computer has few network cards. */
const maximumWakeSenders = 32;
/** The most subnets of the setting. */
const maximumRelays = 200;

const macAddress = z.string().regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
/** IPv4, with prefix length: `192.168.7.0/24`. */
const subnet = z.string().regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/);

/**
 * `refused`: nothing was tried. `cancelled`: given up before anything was sent. `failed`: nobody could send. `sent`: given up
 * while the device was waited for. `awake`: it has checked in since. `noAnswer`: it has not, within the time.
 */
export const wakeState = z.enum(['refused', 'cancelled', 'failed', 'sent', 'awake', 'noAnswer']);
export type WakeState = z.output<typeof wakeState>;

/** Who sent: the hub where `device` is null. */
export const wakeSender = z.object({ device: id.nullable(), name: z.string() });
export type WakeSender = z.output<typeof wakeSender>;

/** Why a device is not awake: a code of `errors.ts` and what fills its text. */
const wakeProblem = z.object({
  code: z.string(),
  args: z.record(z.string(), z.union([z.string(), z.number()])),
});

export const wakeResult = z.object({
  device: id,
  /** What it goes by; its identifier where the technician may not know of it. */
  name: z.string(),
  state: wakeState,
  sentBy: z.array(wakeSender),
  problem: wakeProblem.nullable(),
});
export type WakeResult = z.output<typeof wakeResult>;

/**
 * Results as they travel: those of thousands of devices fit one message. Names of devices are left out, in `problem` too
 * (`args.device`): whoever asks knows them. Whoever sent is named once; `sentBy` holds indexes of `senders`.
 */
export const wakeOutcomes = z
  .object({
    senders: z.array(wakeSender),
    outcomes: z.array(
      z.object({
        device: id,
        state: wakeState,
        sentBy: z.array(z.number().int().nonnegative()).max(maximumWakeSenders),
        problem: wakeProblem.nullable(),
      }),
    ),
  })
  .refine(({ senders, outcomes }) => outcomes.every(({ sentBy }) => sentBy.every((index) => index < senders.length)));
export type WakeOutcomes = z.output<typeof wakeOutcomes>;

/** Endpoints in `through` reach the broadcast address of `subnet`: the routers between pass directed broadcasts on. */
export const wakeRelay = z.object({ subnet, through: subnet });
export type WakeRelay = z.output<typeof wakeRelay>;

/** The most schedules of one technician. */
export const maximumWakeSchedules = 200;
/** Minutes after its time that a wake is still sent, where the hub was not there before; later it was missed. */
export const wakeGrace = 30;

export const weekday = z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']);
export type Weekday = z.output<typeof weekday>;

/** When and what is woken by itself. At least one device or group, and one day. */
const scheduleFields = {
  name,
  devices: z.array(id).max(maximumWakeDevices),
  /** Whatever is in them at the time. */
  groups: z.array(id).max(1000),
  days: z.array(weekday).min(1).max(7),
  /** `07:00`, as the clocks in `zone` show it. */
  time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  /** An IANA time zone: `Europe/Berlin`. */
  zone: z.string().min(1).max(64),
  enabled: z.boolean(),
};
export const wakeScheduleInput = z.object(scheduleFields);
export type WakeScheduleInput = z.output<typeof wakeScheduleInput>;

/**
 * How a wake went that is kept. `running`: it goes on. `done`: each device has a result. `missed`: the hub was not there.
 * `failed`: it was not allowed (any more), or interrupted.
 */
export const keptWakeState = z.enum(['running', 'done', 'missed', 'failed']);

/** A wake that a schedule began. */
export const keptWake = z.object({
  id,
  schedule: id,
  /** With whose rights: the e-mail at the time. */
  technician: z.string(),
  /** When it was due. */
  at: timestamp,
  finishedAt: timestamp.nullable(),
  state: keptWakeState,
  problem: wakeProblem.nullable(),
  counts: z.object({
    awake: z.number().int(),
    /** Were there already. */
    online: z.number().int(),
    noAnswer: z.number().int(),
    /** Not tried, not sent or given up. */
    failed: z.number().int(),
  }),
  /** While it goes on: of how many devices it is known by now what became of them; null before and after. */
  progress: z.object({ settled: z.number().int(), devices: z.number().int() }).nullable().default(null),
});
export type KeptWake = z.output<typeof keptWake>;

export const wakeSchedule = z.object({
  ...scheduleFields,
  id,
  /** Whoever made it: each wake is done with what they may do at the time. */
  technician: z.object({ id, name: z.string() }),
  createdAt: timestamp,
  /** null where it is switched off. */
  nextAt: timestamp.nullable(),
  last: keptWake.nullable(),
});
export type WakeSchedule = z.output<typeof wakeSchedule>;

/** A device whose last wake did not work, and that has not been there since. */
export const failedWake = z.object({
  device: id,
  at: timestamp,
  state: wakeState,
  problem: wakeProblem.nullable(),
});
export type FailedWake = z.output<typeof failedWake>;

export const wakeRequests = {
  /**
   * Answers once every device is awake or its time is over; reports progress until then. Cancelled, it sends no more and
   * answers at once with what became of each.
   */
  run: request('wake/run', z.object({ devices: z.array(id).min(1).max(maximumWakeDevices) }), wakeOutcomes),
  /** The caller's own, by name; an administrator's are everybody's. */
  schedules: request('wake/schedules', empty, z.object({ schedules: z.array(wakeSchedule) })),
  /** Makes one, or changes one (`schedule`), which stays whose it is. Fails with `wake.zoneUnknown`, `wake.nothingToWake`. */
  saveSchedule: request('wake/saveSchedule', wakeScheduleInput.extend({ schedule: id.optional() }), wakeSchedule),
  deleteSchedule: request('wake/deleteSchedule', z.object({ schedule: id }), empty),
  /** What a schedule did, newest first. */
  history: request(
    'wake/history',
    z.object({ schedule: id, limit: z.number().int().min(1).max(200).default(30) }),
    z.object({ wakes: z.array(keptWake) }),
  ),
  /** What became of each device of a kept wake, as far as the caller may know of it; devices that were there are left out. */
  results: request(
    'wake/results',
    z.object({ wake: id, after: z.number().int().nonnegative().default(0) }),
    wakeOutcomes.safeExtend({
      /** From where to go on; null with the last. */
      next: z.number().int().nullable(),
    }),
  ),
  /** Devices whose last wake failed within a week, newest first. `total`: how many there are beside the `limit`. */
  failures: request(
    'wake/failures',
    z.object({ limit: z.number().int().min(1).max(1000).default(100) }),
    z.object({ failures: z.array(failedWake), total: z.number().int() }),
  ),
  /** Nobody wants to be told of these any more. */
  dismissFailures: request(
    'wake/dismissFailures',
    z.object({ devices: z.array(id).min(1).max(maximumWakeDevices) }),
    empty,
  ),
  /** Administrators only. */
  relays: request('wake/relays', empty, z.object({ relays: z.array(wakeRelay) })),
  setRelays: request('wake/setRelays', z.object({ relays: z.array(wakeRelay).max(maximumRelays) }), empty),
  /** Sets the SecureOn password that the computer's network card wants to see, six bytes; null: it wants none. */
  setPassword: request('wake/setPassword', z.object({ device: id, password: macAddress.nullable() }), empty),
};

export const wakeNotifications = {
  /** Hub to all workbenches: a schedule, or how a wake of one goes, may be another than before. */
  schedulesChanged: notification('wake/schedulesChanged', empty),
};

export const endpointWakeRequests = {
  /**
   * Hub to endpoint: send magic packets to the broadcast address of `subnet`. Fails with `wake.otherSubnet` where the
   * endpoint is not in that subnet and `routed` is not said, with `wake.sendFailed` where the system refuses.
   */
  send: request(
    'wake/send',
    z.object({
      subnet,
      /** The subnet is another one than the endpoint's; it has to be of private addresses. */
      routed: z.boolean(),
      /** How often each packet is sent. */
      copies: z.number().int().min(1).max(3),
      targets: z
        .array(z.object({ mac: macAddress, password: macAddress.nullable() }))
        .min(1)
        .max(maximumWakeTargets),
    }),
    z.object({ packets: z.number().int() }),
  ),
};
