import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ParamsOf } from '#protocol/messages.ts';
import { wakePorts, type endpointWakeRequests } from '#protocol/wake.ts';
import { isPrivate, subnetOf } from './ipv4-subnet.ts';
import { lanInterfaces, type LanInterface } from './lan-interfaces.ts';
import { magicPacket } from './magic-packet.ts';

export type WakeOrder = ParamsOf<typeof endpointWakeRequests.send>;

/** Packets in a row; then a pause, so that no switch is flooded. */
const packetsAtOnce = 50;
/** Milliseconds between two rows, and between two copies. */
const pause = 5;
const copyPause = 100;

/** This computer's cards. */
export const ownInterfaces = (): LanInterface[] =>
  lanInterfaces(
    Object.entries(networkInterfaces()).map(([name, entries = []]) => ({
      name,
      mac: entries[0]?.mac.toLowerCase() ?? '',
      addresses: entries.filter((each) => !each.internal).flatMap(({ cidr }) => cidr ?? []),
    })),
  );

/** Sends magic packets from this computer, one order after the other. */
export class MagicPacketSender {
  private readonly interfaces: () => LanInterface[];
  private last: Promise<unknown> = Promise.resolve();

  constructor(interfaces: () => LanInterface[] = ownInterfaces) {
    this.interfaces = interfaces;
  }

  /** Whether this computer is in the subnet. */
  isIn(cidr: string): boolean {
    return this.interfaces().some(({ subnet }) => subnet.cidr === cidr);
  }

  /**
   * @returns how many packets were sent
   * @throws LatchkeyError `wake.subnetInvalid`, `wake.otherSubnet`, `wake.sendFailed`
   */
  send(order: WakeOrder): Promise<number> {
    const sent = this.last.then(() => this.sendNow(order));
    this.last = sent.catch(() => {});
    return sent;
  }

  private async sendNow({ subnet: wanted, routed, targets, copies }: WakeOrder): Promise<number> {
    const subnet = subnetOf(wanted);
    if (!subnet) throw new LatchkeyError('wake.subnetInvalid', { subnet: wanted });
    const from = this.interfaces().filter((each) => each.subnet.cidr === subnet.cidr);
    // By a router alone to private networks: nobody is to have computers send to addresses all over the world.
    if (from.length === 0 && !(routed && isPrivate(subnet))) {
      throw new LatchkeyError('wake.otherSubnet', { subnet: subnet.cidr });
    }
    const packets = targets.map(({ mac, password }) => magicPacket(mac, password));
    const addresses = from.length > 0 ? from.map(({ address }) => address) : [undefined];
    let sent = 0;
    let problem: unknown;
    for (const address of addresses) {
      try {
        sent += await sendFrom(address, subnet.broadcast, packets, copies);
      } catch (error) {
        problem = error;
      }
    }
    if (sent > 0) return sent;
    const { code, message } = problem as NodeJS.ErrnoException;
    throw new LatchkeyError('wake.sendFailed', { reason: code ?? message }, { cause: problem });
  }
}

/** @param address which card it leaves by; any, as the system routes it, where undefined */
async function sendFrom(
  address: string | undefined,
  broadcast: string,
  packets: readonly Buffer[],
  copies: number,
): Promise<number> {
  const socket = createSocket('udp4');
  let sent = 0;
  try {
    socket.bind({ port: 0, ...(address !== undefined && { address }) });
    await once(socket, 'listening');
    socket.setBroadcast(true);
    for (let copy = 0; copy < copies; copy++) {
      if (copy > 0) await delay(copyPause);
      for (const packet of packets) {
        for (const port of wakePorts) {
          await sendOne(socket, packet, port, broadcast);
          if (++sent % packetsAtOnce === 0) await delay(pause);
        }
      }
    }
    return sent;
  } finally {
    socket.close();
  }
}

const sendOne = (socket: Socket, packet: Buffer, port: number, address: string): Promise<void> =>
  new Promise((resolve, reject) => socket.send(packet, port, address, (error) => (error ? reject(error) : resolve())));
