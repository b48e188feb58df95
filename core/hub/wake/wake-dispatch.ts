import type { MagicPacketSender } from '#core/base/wake/magic-packet-sender.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { endpointWakeRequests, maximumWakeTargets, wakeSenders, type WakeSender } from '#protocol/wake.ts';
import type { LiveEndpoints } from '../endpoints/live-endpoints.ts';
import type { SenderChoice, WakeBatch } from './wake-plan.ts';

/** Seconds that a sender has for a batch. */
const patience = 30;
/** How often each packet goes out, over all senders together. */
const copiesWanted = 3;
/** How many senders of one choice are asked in vain before the next choice. */
const mostAsked = 9;

/** How sending to some devices went. */
export interface Dispatched {
  readonly devices: readonly string[];
  readonly sentBy: readonly WakeSender[];
  readonly routed: boolean;
  /** Why nobody sent, where nobody did. */
  readonly problem: LatchkeyError | undefined;
}

/** Has packets sent: by endpoints, or by the hub itself. */
export class WakeDispatch {
  private readonly endpoints: LiveEndpoints;
  private readonly own: MagicPacketSender;

  constructor(endpoints: LiveEndpoints, own: MagicPacketSender) {
    this.endpoints = endpoints;
    this.own = own;
  }

  isHubIn(cidr: string): boolean {
    return this.own.isIn(cidr);
  }

  /** Sends a batch, in parts that one message holds. @param cancelled asked before each part */
  async send(
    { subnet, packets }: WakeBatch,
    choices: readonly SenderChoice[],
    passwords: ReadonlyMap<string, string>,
    cancelled: () => boolean,
  ): Promise<Dispatched[]> {
    const done: Dispatched[] = [];
    for (let start = 0; start < packets.length && !cancelled(); start += maximumWakeTargets) {
      const part = packets.slice(start, start + maximumWakeTargets);
      const targets = part.map(({ device, mac }) => ({ mac, password: passwords.get(device) ?? null }));
      const devices = part.map(({ device }) => device);
      done.push({ devices, ...(await this.tryChoices(subnet.cidr, targets, choices)) });
    }
    return done;
  }

  private async tryChoices(
    subnet: string,
    targets: { readonly mac: string; readonly password: string | null }[],
    choices: readonly SenderChoice[],
  ): Promise<Omit<Dispatched, 'devices'>> {
    let problem: LatchkeyError | undefined;
    for (const { senders, routed } of choices) {
      for (let start = 0; start < Math.min(senders.length, mostAsked); start += wakeSenders) {
        const asked = senders.slice(start, start + wakeSenders);
        const copies = Math.ceil(copiesWanted / asked.length);
        const order = { subnet, routed, copies, targets };
        const outcomes = await Promise.allSettled(asked.map((sender) => this.order(sender, order)));
        const sentBy = asked.filter((_, index) => outcomes[index]?.status === 'fulfilled');
        if (sentBy.length > 0) return { sentBy, routed, problem: undefined };
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected' && outcome.reason instanceof LatchkeyError) problem = outcome.reason;
        }
      }
    }
    return { sentBy: [], routed: false, problem: problem ?? new LatchkeyError('wake.sendFailed', { reason: subnet }) };
  }

  private async order({ device }: WakeSender, order: Parameters<MagicPacketSender['send']>[0]): Promise<void> {
    if (device === null) await this.own.send(order);
    else await this.endpoints.request(device, endpointWakeRequests.send, order, { timeout: patience });
  }
}
