import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { deviceFacts, type DeviceFacts } from '#protocol/facts.ts';
import { ComputerFacts, interfacesOf } from './computer-facts.ts';
import { linuxFacts } from './linux/linux-facts.ts';
import { macosFacts } from './macos/macos-facts.ts';
import { sameFacts, watchFacts } from './watch-facts.ts';
import { windowsFacts } from './windows/windows-facts.ts';

/** Programs that answer with a text; those not named are not there. */
const programs = (answers: Record<string, string>) => (program: string, args: readonly string[]) =>
  Promise.resolve(answers[[program, ...args.slice(0, 1)].join(' ')] ?? answers[program]);

describe('facts', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'latchkey-facts-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  function file(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  it('I4 of this computer keep their contract', async () => {
    const facts = await new ComputerFacts().read();
    assert.deepEqual(deviceFacts.parse(facts), facts);
  });

  it('I4 of Linux: what os-release, SMBIOS and the kernel say', async () => {
    file('etc/os-release', 'NAME="Debian"\nPRETTY_NAME="A \\"quoted\\" Linux"\nVERSION_ID=\'12\'\n# PRETTY_NAME=no\n');
    file('sys/class/dmi/id/product_serial', 'ABC1234\n');
    file('sys/class/dmi/id/product_uuid', '4C4C4544-0044-3510-8052-B4C04F564231\n');
    file('sys/class/dmi/id/sys_vendor', 'Dell Inc.\n');
    file('sys/class/dmi/id/product_name', 'To Be Filled By O.E.M.\n');
    file('proc/stat', 'cpu 1 2 3\nbtime 1700000000\nprocesses 5\n');
    const linux = linuxFacts(root, programs({}));
    assert.deepEqual(await linux.system(), { platform: 'linux', name: 'A "quoted" Linux', version: '12' });
    assert.deepEqual(await linux.hardware(), {
      serial: 'ABC1234',
      smbiosUuid: '4c4c4544-0044-3510-8052-b4c04f564231',
      manufacturer: 'Dell Inc.',
    });
    assert.equal(await linux.bootedAt(), 1_700_000_000_000);
  });

  it('I4 of Linux: nothing is made up where nothing can be read', async () => {
    file('sys/class/dmi/id/product_serial', 'Default string\n');
    file('sys/class/dmi/id/product_uuid', '00000000-0000-0000-0000-000000000000\n');
    const linux = linuxFacts(root, programs({}));
    assert.deepEqual(await linux.hardware(), {});
    assert.deepEqual(await linux.users(), []);
    assert.equal(await linux.bootedAt(), undefined);
    assert.equal((await linux.system()).name, 'Linux');
  });

  it('I4 of Linux: the people signed in, not the greeter', async () => {
    mkdirSync(join(root, 'run/systemd/system'), { recursive: true });
    const users = linuxFacts(
      root,
      programs({
        'loginctl list-sessions': '  1 1000 anna seat0 tty2\n c1 120 gdm  seat0 tty1\n  7 1001 ben - pts/0\n',
        'loginctl show-session':
          'Name=anna\nClass=user\nState=active\n\nName=gdm\nClass=greeter\nState=online\n\nName=ben\nClass=user\nState=closing\n',
      }),
    );
    assert.deepEqual(await users.users(), ['anna']);
    rmSync(join(root, 'run'), { recursive: true });
    const who = programs({
      who: 'anna     tty2         2026-11-21 08:00\nanna     pts/0        2026-11-21 08:01 (::1)\n',
    });
    assert.deepEqual(await linuxFacts(root, who).users(), ['anna']);
  });

  it('I4 of macOS: from what its own programs say', async () => {
    const mac = macosFacts(
      programs({
        '/usr/bin/sw_vers -productName': 'macOS\n',
        '/usr/bin/sw_vers -productVersion': '15.6.1\n',
        '/usr/bin/who': 'anna             console      Nov 21 08:00 \n',
        '/usr/sbin/ioreg':
          '  "IOPlatformSerialNumber" = "C02XL0GYJGH5"\n  "IOPlatformUUID" = "5C4E3A2B-1111-2222-3333-444455556666"\n',
        '/usr/sbin/sysctl': 'Mac14,2\n',
      }),
    );
    assert.equal((await mac.system()).name, 'macOS 15.6.1');
    assert.deepEqual(await mac.users(), ['anna']);
    assert.deepEqual(await mac.hardware(), {
      serial: 'C02XL0GYJGH5',
      smbiosUuid: '5c4e3a2b-1111-2222-3333-444455556666',
      manufacturer: 'Apple Inc.',
      model: 'Mac14,2',
    });
  });

  /** Tables with another structure in front, and what a type 1 of SMBIOS 2.4 and later holds. */
  function firmware(texts: readonly string[], uuid: string): Buffer {
    const structure = (type: number, body: Buffer, strings: readonly string[]): Buffer => {
      const head = Buffer.from([type, body.length + 4, 0, type]);
      return Buffer.concat([
        head,
        body,
        Buffer.from(strings.length > 0 ? `${strings.join('\0')}\0\0` : '\0\0', 'latin1'),
      ]);
    };
    const numbers = [1, 2, 0, 3];
    const system = Buffer.concat([Buffer.from(numbers), Buffer.from(uuid, 'hex'), Buffer.from([6, 0, 0])]);
    return Buffer.concat([
      Buffer.alloc(8),
      structure(0, Buffer.alloc(20), ['Maker', 'x']),
      structure(1, system, texts),
    ]);
  }

  it('I4 of Windows: from its firmware, its sign-ins and its domain', async () => {
    const source = {
      sessions: () => [
        { id: 1, user: 'anna.becker', domain: 'EXAMPLE' },
        { id: 2, user: 'ben', domain: hostname() },
      ],
      firmware: () => firmware(['HP', 'EliteBook', 'ABC1234'], '44454c4c004410358052b4c04f564231'),
      domain: () => Promise.resolve({ name: 'corp.example', account: 'CN=PC\\, 7,OU=Berlin,DC=corp,DC=example' }),
    };
    const windows = windowsFacts(source);
    assert.deepEqual(await windows.users(), ['EXAMPLE\\anna.becker', 'ben']);
    assert.deepEqual(await windows.hardware(), {
      serial: 'ABC1234',
      smbiosUuid: '4c4c4544-4400-3510-8052-b4c04f564231',
      manufacturer: 'HP',
      model: 'EliteBook',
      domain: 'corp.example',
      ou: 'OU=Berlin,DC=corp,DC=example',
    });
  });

  it('of Windows: what cannot be read is absent', async () => {
    const whole = firmware(['HP', 'EliteBook', 'ABC1234'], '00'.repeat(16));
    const read = (tables: Buffer) =>
      windowsFacts({ sessions: () => [], firmware: () => tables, domain: () => Promise.resolve(undefined) }).hardware();
    assert.deepEqual(await read(whole), { serial: 'ABC1234', manufacturer: 'HP', model: 'EliteBook' });
    for (let length = 0; length < whole.length; length++) await read(whole.subarray(0, length));
    assert.deepEqual(await read(Buffer.alloc(64)), {});
    const failing = (): never => {
      throw new Error('not here');
    };
    const broken = windowsFacts({
      sessions: failing,
      firmware: failing,
      domain: () => Promise.reject(new Error('not here')),
    });
    assert.deepEqual([await broken.hardware(), await broken.users()], [{}, []]);
  });

  it('X6 interfaces: those that reach others, with their hardware addresses in the contract’s form', () => {
    const entry = { netmask: '255.255.255.0', internal: false, family: 'IPv4' as const, mac: '00:1A:2B:3C:4D:5E' };
    const found = interfacesOf({
      lo: [{ ...entry, address: '127.0.0.1', cidr: '127.0.0.1/8', internal: true, mac: '00:00:00:00:00:00' }],
      eth0: [{ ...entry, address: '192.168.7.4', cidr: '192.168.7.4/24' }],
      tun0: [{ ...entry, address: '10.8.0.2', cidr: '10.8.0.2/24', mac: '00:00:00:00:00:00' }],
    });
    assert.deepEqual(found, [{ name: 'eth0', mac: '00:1a:2b:3c:4d:5e', addresses: ['192.168.7.4/24'] }]);
  });

  it('a change is told once it has settled, and a wandering clock is none', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const base = await new ComputerFacts(linuxFacts(root, programs({}))).read();
      assert.ok(sameFacts(base, { ...base, bootedAt: base.bootedAt + 900 }));
      assert.ok(!sameFacts(base, { ...base, bootedAt: base.bootedAt + 3_600_000 }));
      let now: DeviceFacts = base;
      const told: string[][] = [];
      const watch = watchFacts({ read: () => Promise.resolve(now) }, base, 60, (facts) => told.push(facts.users));
      const pass = async (seconds: number): Promise<void> => {
        mock.timers.tick(seconds * 1000);
        for (let i = 0; i < 10; i++) await Promise.resolve();
      };
      now = { ...base, users: ['anna'] };
      await pass(60);
      assert.deepEqual(told, [], 'seen once');
      now = { ...base, users: ['anna', 'ben'] };
      await pass(2);
      assert.deepEqual(told, [], 'still changing');
      await pass(2);
      assert.deepEqual(told, [['anna', 'ben']]);
      await pass(60);
      assert.equal(told.length, 1);
      watch.dispose();
    } finally {
      mock.timers.reset();
    }
  });
});
