import { containsSubnet, subnetOf, type Ipv4Subnet } from '#core/base/wake/ipv4-subnet.ts';
import { lanInterfaces } from '#core/base/wake/lan-interfaces.ts';
import type { WakeRelay, WakeSender } from '#protocol/wake.ts';
import type { LiveEndpoint } from '../endpoints/live-endpoints.ts';
import type { WakeTarget } from './wake-targets.ts';

/** What goes to one subnet of one device group: different customers' subnets often have the same addresses. */
export interface WakeBatch {
  readonly subnet: Ipv4Subnet;
  readonly group: string;
  readonly packets: { readonly device: string; readonly mac: string }[];
}

/** An awake endpoint and the subnets that it is in. */
export interface AwakeEndpoint extends WakeSender {
  readonly device: string;
  readonly group: string;
  readonly subnets: readonly Ipv4Subnet[];
}

/** Those who may send a batch: each list is tried when nobody of the one before could. */
export interface SenderChoice {
  readonly senders: readonly WakeSender[];
  /** The senders are in another subnet, and routers have to pass the packets on. */
  readonly routed: boolean;
}

const hub: WakeSender = { device: null, name: 'hub' };

export function batchesOf(targets: readonly WakeTarget[]): WakeBatch[] {
  const batches = new Map<string, WakeBatch>();
  for (const { device, group, interfaces } of targets) {
    for (const { mac, subnet } of interfaces) {
      const key = `${subnet.cidr} ${group}`;
      const batch = batches.get(key) ?? { subnet, group, packets: [] };
      batches.set(key, batch);
      if (!batch.packets.some((packet) => packet.mac === mac && packet.device === device)) {
        batch.packets.push({ device, mac });
      }
    }
  }
  return [...batches.values()];
}

/** The endpoints in subnets that `wanted` asks for. Their names and states are not known here. */
export function awakeIn(
  endpoints: Iterable<LiveEndpoint>,
  wanted: (subnet: Ipv4Subnet) => boolean,
): Omit<AwakeEndpoint, 'name'>[] {
  const found: Omit<AwakeEndpoint, 'name'>[] = [];
  for (const { device, group, facts } of endpoints) {
    const subnets = lanInterfaces(facts.interfaces).map(({ subnet }) => subnet);
    if (subnets.some(wanted)) found.push({ device, group, subnets });
  }
  return found;
}

/** Which subnets' endpoints could send to any of these, there or as relays. */
export function sendersWanted(
  batches: readonly WakeBatch[],
  relays: readonly WakeRelay[],
): (subnet: Ipv4Subnet) => boolean {
  const own = new Set(batches.map(({ subnet }) => subnet.cidr));
  const through = batches.flatMap(({ subnet }) => throughOf(subnet, relays));
  return (subnet) => own.has(subnet.cidr) || through.some((each) => containsSubnet(each, subnet));
}

/**
 * Who sends a batch, in the order in which they are asked: endpoints in the subnet, the hub where it is there, endpoints
 * that reach it. Those of the devices' own group alone, if there are any: another group's network may only have the same
 * addresses.
 */
export function chooseSenders(
  { subnet, group }: WakeBatch,
  awake: readonly AwakeEndpoint[],
  relays: readonly WakeRelay[],
  isHubIn: (cidr: string) => boolean,
): SenderChoice[] {
  const nearest = (endpoints: readonly AwakeEndpoint[]): readonly AwakeEndpoint[] => {
    const own = endpoints.filter((endpoint) => endpoint.group === group);
    return own.length > 0 ? own : endpoints;
  };
  const neighbours = nearest(awake.filter(({ subnets }) => subnets.some(({ cidr }) => cidr === subnet.cidr)));
  const through = throughOf(subnet, relays);
  const reaching = nearest(
    awake.filter(({ subnets }) => subnets.some((each) => through.some((outer) => containsSubnet(outer, each)))),
  );
  return [
    { senders: neighbours, routed: false },
    { senders: isHubIn(subnet.cidr) ? [hub] : [], routed: false },
    { senders: reaching, routed: true },
  ].filter(({ senders }) => senders.length > 0);
}

const throughOf = (subnet: Ipv4Subnet, relays: readonly WakeRelay[]): Ipv4Subnet[] =>
  relays.flatMap((relay) => {
    const to = subnetOf(relay.subnet);
    const through = subnetOf(relay.through);
    return to && through && containsSubnet(to, subnet) ? [through] : [];
  });
