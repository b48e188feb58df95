/** An IPv4 subnet that broadcasts can be sent to. */
export interface Ipv4Subnet {
  /** Its first address and prefix length: `192.168.7.0/24`. The same for all addresses in it. */
  readonly cidr: string;
  readonly first: number;
  readonly last: number;
  /** The last address, dotted. */
  readonly broadcast: string;
}

/**
 * The subnet of an address with its prefix length (`192.168.7.4/24`).
 * @returns undefined where it is no IPv4 address, where the subnet has no broadcast address, and for addresses that
 *   reach no other computer: loopback, link-local, multicast
 */
export function subnetOf(address: string): Ipv4Subnet | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(address);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((byte) => byte > 255) || prefix < 8 || prefix > 30) return undefined;
  if (a === 0 || a === 127 || a >= 224 || (a === 169 && b === 254)) return undefined;
  const size = 2 ** (32 - prefix);
  const value = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = value - (value % size);
  const last = first + size - 1;
  return { cidr: `${dotted(first)}/${prefix}`, first, last, broadcast: dotted(last) };
}

export const containsSubnet = (outer: Ipv4Subnet, inner: Ipv4Subnet): boolean =>
  outer.first <= inner.first && inner.last <= outer.last;

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(
  (range) => subnetOf(range) as Ipv4Subnet,
);

/** Whether its addresses are of the ranges that are routed in private networks alone. */
export const isPrivate = (subnet: Ipv4Subnet): boolean => privateRanges.some((range) => containsSubnet(range, subnet));

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
