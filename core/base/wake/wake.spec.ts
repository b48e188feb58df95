import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { containsSubnet, isPrivate, subnetOf } from './ipv4-subnet.ts';
import { hasCard, lanInterfaces } from './lan-interfaces.ts';
import { MagicPacketSender } from './magic-packet-sender.ts';
import { magicPacket } from './magic-packet.ts';

describe('Magic packets (X6)', () => {
  it('X6: six times ff and sixteen times the address, to the byte', () => {
    const packet = magicPacket('00:1a:2b:3c:4d:5e');
    assert.equal(packet.toString('hex'), 'ffffffffffff' + '001a2b3c4d5e'.repeat(16));
    assert.equal(packet.length, 102);
  });

  it('X6: the SecureOn password stands at the end', () => {
    const packet = magicPacket('00:1a:2b:3c:4d:5e', 'c0:ff:ee:00:00:01');
    assert.equal(packet.toString('hex'), 'ffffffffffff' + '001a2b3c4d5e'.repeat(16) + 'c0ffee000001');
    assert.equal(packet.length, 108);
  });

  it('X6: sends nowhere but to its own subnets, and by routers to private ones alone', async () => {
    const sender = new MagicPacketSender(() => []);
    const order = { copies: 1, targets: [{ mac: '00:1a:2b:3c:4d:5e', password: null }] };
    for (const [subnet, routed, code] of [
      ['192.168.7.0/24', false, 'wake.otherSubnet'],
      ['8.8.8.0/24', true, 'wake.otherSubnet'],
      ['127.0.0.0/8', true, 'wake.subnetInvalid'],
      ['192.168.7.0/31', true, 'wake.subnetInvalid'],
    ] as const) {
      await assert.rejects(sender.send({ ...order, subnet, routed }), { code });
    }
  });
});

describe('Subnets (X6)', () => {
  it('X6: all addresses of a subnet have the same one, and its broadcast address', () => {
    for (const [address, cidr, broadcast] of [
      ['192.168.7.4/24', '192.168.7.0/24', '192.168.7.255'],
      ['10.20.30.40/20', '10.20.16.0/20', '10.20.31.255'],
      ['172.16.5.1/30', '172.16.5.0/30', '172.16.5.3'],
      ['200.1.2.3/8', '200.0.0.0/8', '200.255.255.255'],
    ] as const) {
      const subnet = subnetOf(address);
      assert.deepEqual([subnet?.cidr, subnet?.broadcast], [cidr, broadcast]);
    }
  });

  it('X6: IPv6, loopback, link-local and what has no broadcast address are none', () => {
    for (const address of [
      ...['fe80::1/64', '2001:db8::7/64', '127.0.0.1/8', '169.254.3.4/16', '224.0.0.1/24', '0.1.2.3/8'],
      ...['10.0.0.1/31', '10.0.0.1/32', '10.0.0.1/7', '10.0.0.256/24', '10.0.0.1'],
    ]) {
      assert.equal(subnetOf(address), undefined, address);
    }
  });

  it('knows what is in what, and what is private', () => {
    const [wide, narrow, other] = ['10.0.0.0/8', '10.3.0.0/16', '11.0.0.0/8'].map((each) => subnetOf(each)!);
    assert.equal(containsSubnet(wide!, narrow!), true);
    assert.equal(containsSubnet(narrow!, wide!), false);
    assert.deepEqual(
      [isPrivate(narrow!), isPrivate(other!), isPrivate(subnetOf('172.32.0.0/16')!)],
      [true, false, false],
    );
  });
});

describe('Network cards (X6)', () => {
  const card = (name: string, mac: string, ...addresses: string[]) => ({ name, mac, addresses });

  it('X6: physical ones with an IPv4 address, each with its subnets', () => {
    const found = lanInterfaces([
      card('eth0', '00:1a:2b:3c:4d:5e', '192.168.7.4/24', '10.1.2.3/16', 'fe80::1/64'),
      card('Ethernet 2', '00:1a:2b:3c:4d:5f', '169.254.1.1/16'),
      card('WLAN', '00:1a:2b:3c:4d:60', '192.168.8.4/24'),
    ]);
    assert.deepEqual(
      found.map(({ mac, address, subnet }) => [mac, address, subnet.cidr]),
      [
        ['00:1a:2b:3c:4d:5e', '192.168.7.4', '192.168.7.0/24'],
        ['00:1a:2b:3c:4d:5e', '10.1.2.3', '10.1.0.0/16'],
        ['00:1a:2b:3c:4d:60', '192.168.8.4', '192.168.8.0/24'],
      ],
    );
  });

  it('X6: virtual ones are left out', () => {
    const names = [
      'docker0',
      'br-0123456789ab',
      'veth12ab',
      'virbr0',
      'vEthernet (Default Switch)',
      'utun3',
      'wg0',
      'lo',
    ];
    for (const name of [...names, 'VMware Network Adapter VMnet8', 'VirtualBox Host-Only Network', 'tailscale0']) {
      const all = [card(name, '00:1a:2b:3c:4d:5e', '172.17.0.1/16')];
      assert.deepEqual([lanInterfaces(all), hasCard(all)], [[], false], name);
    }
    for (const mac of ['02:42:ac:11:00:02', '0a:00:27:00:00:00', '01:00:5e:00:00:01', '00:00:00:00:00:00']) {
      assert.deepEqual(lanInterfaces([card('eth0', mac, '192.168.7.4/24')]), [], mac);
    }
    assert.equal(lanInterfaces([card('br0', '00:1a:2b:3c:4d:5e', '192.168.7.4/24')]).length, 1);
  });
});
