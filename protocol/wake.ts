import { z } from 'zod';
import { request } from './messages.ts';
import { empty, id } from './primitives.ts';

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

export const wakeResult = z.object({
  device: id,
  /** What it goes by; its identifier where the technician may not know of it. */
  name: z.string(),
  state: wakeState,
  sentBy: z.array(wakeSender),
  /** Why, where the device is not awake: a code of `errors.ts` and what fills its text. */
  problem: z.object({ code: z.string(), args: z.record(z.string(), z.union([z.string(), z.number()])) }).nullable(),
});
export type WakeResult = z.output<typeof wakeResult>;

/** Endpoints in `through` reach the broadcast address of `subnet`: the routers between pass directed broadcasts on. */
export const wakeRelay = z.object({ subnet, through: subnet });
export type WakeRelay = z.output<typeof wakeRelay>;

export const wakeRequests = {
  /**
   * Answers once every device is awake or its time is over; reports progress until then. Cancelled, it sends no more and
   * answers at once with what became of each.
   */
  run: request(
    'wake/run',
    z.object({ devices: z.array(id).min(1).max(maximumWakeDevices) }),
    z.object({ results: z.array(wakeResult) }),
  ),
  /** Administrators only. */
  relays: request('wake/relays', empty, z.object({ relays: z.array(wakeRelay) })),
  setRelays: request('wake/setRelays', z.object({ relays: z.array(wakeRelay).max(maximumRelays) }), empty),
  /** Sets the SecureOn password that the computer's network card wants to see, six bytes; null: it wants none. */
  setPassword: request('wake/setPassword', z.object({ device: id, password: macAddress.nullable() }), empty),
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
