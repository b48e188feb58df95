import { subnetOf, type Ipv4Subnet } from './ipv4-subnet.ts';

export interface NetworkInterface {
  readonly name: string;
  /** Lower-case, with colons. */
  readonly mac: string;
  /** With prefix length. */
  readonly addresses: readonly string[];
}

/** A network card, and one of the IPv4 subnets that it is in. */
export interface LanInterface {
  readonly mac: string;
  /** Its own address there. */
  readonly address: string;
  readonly subnet: Ipv4Subnet;
}

/** How systems and programs name interfaces that no cable and no radio leads to. */
const virtualNames =
  /^(lo\d*$|docker|br-[0-9a-f]{12}$|veth|virbr|vnet|vboxnet|vmnet|tun|tap|utun|wg|tailscale|zt|ppp|dummy|ifb|cni|flannel|cali|lxc|lxd|podman|awdl|llw|bridge\d|anpi)|vEthernet|VirtualBox|VMware|Hyper-V|Loopback|Npcap|TAP-Windows|WireGuard|Tailscale|ZeroTier|OpenVPN|Bluetooth/i;
/** Docker's containers, VirtualBox's and Hyper-V's host side. */
const virtualMacs = /^(02:42:|0a:00:27:00:00)/;

/** Those that a magic packet may reach, or leave by: cards with an IPv4 address in a subnet. Virtual ones are left out. */
export function lanInterfaces(all: readonly NetworkInterface[]): LanInterface[] {
  return all
    .filter(({ name, mac }) => isCard(mac) && !virtualNames.test(name) && !virtualMacs.test(mac))
    .flatMap(({ mac, addresses }) =>
      addresses.flatMap((each) => {
        const subnet = subnetOf(each);
        return subnet ? [{ mac, address: each.slice(0, each.indexOf('/')), subnet }] : [];
      }),
    );
}

/** Whether there is a card at all, with an address or without. */
export const hasCard = (all: readonly NetworkInterface[]): boolean =>
  all.some(({ name, mac }) => isCard(mac) && !virtualNames.test(name) && !virtualMacs.test(mac));

/** Of one computer: not empty, not of a group of computers. */
const isCard = (mac: string): boolean =>
  mac !== '00:00:00:00:00:00' && (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0;
