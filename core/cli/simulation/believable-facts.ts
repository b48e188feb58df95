import type { DeviceFacts, System } from '#protocol/facts.ts';
import { version } from '#core/base/version.ts';
import { SeededRandom } from './seeded-random.ts';

interface Hardware {
  readonly manufacturer: string;
  readonly models: readonly string[];
  /** The first three bytes of its network cards. */
  readonly vendor: string;
  serial(random: SeededRandom): string;
}

const capitals = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789';
const hex = '0123456789abcdef';
const dell: Hardware = {
  manufacturer: 'Dell Inc.',
  models: ['OptiPlex 7010', 'Latitude 5440', 'Precision 3680', 'Latitude 7350'],
  vendor: 'f8:bc:12',
  serial: (random) => random.text(7, capitals),
};
const hp: Hardware = {
  manufacturer: 'HP',
  models: ['EliteDesk 800 G9', 'EliteBook 840 G10', 'ProBook 450 G10', 'Z2 Tower G9'],
  vendor: '3c:d9:2b',
  serial: (random) => `5CG${random.text(7, capitals)}`,
};
const lenovo: Hardware = {
  manufacturer: 'LENOVO',
  models: ['ThinkPad T14 Gen 4', 'ThinkCentre M70q Gen 4', 'ThinkPad X1 Carbon Gen 11'],
  vendor: '54:e1:ad',
  serial: (random) => `PF${random.text(6, capitals)}`,
};
const apple: Hardware = {
  manufacturer: 'Apple Inc.',
  models: ['MacBookPro18,3', 'Mac14,2', 'Mac15,12', 'Mac14,3'],
  vendor: 'a4:83:e7',
  serial: (random) => random.text(10, capitals),
};
const virtual: Hardware = {
  manufacturer: 'VMware, Inc.',
  models: ['VMware20,1', 'VMware7,1'],
  vendor: '00:50:56',
  serial: (random) => `VMware-56 4d ${Array.from({ length: 6 }, () => random.text(2, hex)).join(' ')}`,
};

const people = [
  ...['anna', 'ben', 'camille', 'david', 'elena', 'felix', 'greta', 'hugo', 'ines', 'jonas', 'karim', 'lea', 'marie'],
  ...['nina', 'oskar', 'paula', 'quentin', 'rosa', 'stefan', 'theo', 'ulrike', 'victor', 'wanda', 'yusuf', 'zoe'],
];
const families = ['becker', 'dubois', 'garcia', 'hoffmann', 'jansen', 'keller', 'lefevre', 'martin', 'novak', 'weber'];
const places = ['FRONT-DESK', 'ACCOUNTING', 'WAREHOUSE', 'SALES', 'DESIGN', 'LAB', 'WORKSHOP', 'MEETING', 'RECEPTION'];
const roles = ['FILE', 'MAIL', 'SQL', 'APP', 'PRINT', 'DC', 'BACKUP'];
const services = ['web', 'db', 'cache', 'monitor', 'build', 'proxy', 'git', 'nas'];

interface Kind {
  readonly share: number;
  readonly systems: readonly System[];
  readonly hardware: readonly Hardware[];
  readonly processors: readonly string[];
  readonly gibibytes: readonly number[];
  readonly networkName: string;
  /** How often somebody is signed in. */
  readonly attended: number;
  hostName(random: SeededRandom, number: string): string;
  user(random: SeededRandom): string;
}

const windows = (name: string, build: string): System => ({ platform: 'windows', name, version: build });
const linux = (name: string, number: string): System => ({ platform: 'linux', name, version: number });
const macos = (number: string): System => ({ platform: 'macos', name: `macOS ${number}`, version: number });
const account = (random: SeededRandom): string => `${random.pick(people)}.${random.pick(families)}`;
const serverProcessors = ['Intel(R) Xeon(R) Silver 4314 CPU @ 2.40GHz', 'AMD EPYC 7313 16-Core Processor'];
const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const kinds: readonly Kind[] = [
  {
    share: 0.56,
    systems: [
      windows('Windows 11 Pro', '10.0.26100'),
      windows('Windows 11 Pro', '10.0.22631'),
      windows('Windows 11 Enterprise', '10.0.26100'),
      windows('Windows 10 Pro', '10.0.19045'),
    ],
    hardware: [dell, hp, lenovo],
    processors: ['13th Gen Intel(R) Core(TM) i5-1345U', 'Intel(R) Core(TM) Ultra 7 155U', 'AMD Ryzen 5 PRO 7540U'],
    gibibytes: [8, 16, 16, 32],
    networkName: 'Ethernet',
    attended: 0.7,
    hostName: (random, number) =>
      random.chance(0.6) ? `${random.pick(places)}-${number}` : `DESKTOP-${random.text(4, capitals)}${number}`,
    user: account,
  },
  {
    share: 0.14,
    systems: [
      windows('Windows Server 2022 Standard', '10.0.20348'),
      windows('Windows Server 2022 Datacenter', '10.0.20348'),
      windows('Windows Server 2019 Standard', '10.0.17763'),
    ],
    hardware: [virtual, virtual, dell],
    processors: serverProcessors,
    gibibytes: [16, 32, 64, 128],
    networkName: 'Ethernet0',
    attended: 0.15,
    hostName: (random, number) => `SRV-${random.pick(roles)}-${number}`,
    user: () => 'Administrator',
  },
  {
    share: 0.14,
    systems: [macos('15.6.1'), macos('15.5'), macos('14.7.6'), macos('26.1')],
    hardware: [apple],
    processors: ['Apple M1 Pro', 'Apple M2', 'Apple M3', 'Apple M4'],
    gibibytes: [8, 16, 16, 24],
    networkName: 'en0',
    attended: 0.8,
    hostName: (random, number) => `${title(random.pick(people))}s-MacBook-${number}.local`,
    user: (random) => random.pick(people),
  },
  {
    share: 0.16,
    systems: [
      linux('Debian GNU/Linux 12 (bookworm)', '12'),
      linux('Debian GNU/Linux 13 (trixie)', '13'),
      linux('Ubuntu 24.04.3 LTS', '24.04'),
      linux('Ubuntu 22.04.5 LTS', '22.04'),
    ],
    hardware: [virtual, dell, lenovo],
    processors: serverProcessors,
    gibibytes: [4, 8, 16, 64],
    networkName: 'ens192',
    attended: 0.25,
    hostName: (random, number) => `${random.pick(services)}-${number}`,
    user: (random) => random.pick(people),
  },
];

/**
 * Facts of a computer that could be. The same each time on one day; no two of a fleet share a name, a
 * serial number or a network card.
 * @param fleet what tells this fleet from others
 * @param index the computer's number in it
 */
export function believableFacts(fleet: string, index: number): DeviceFacts {
  const random = new SeededRandom(`${fleet} ${index}`);
  const site = new SeededRandom(fleet);
  const kind = kindAt(random.next());
  const hardware = random.pick(kind.hardware);
  const card = (site.integer(0, 0xffffff) + index) & 0xffffff;
  const number = String(index + 1).padStart(2, '0');
  const subnet = `10.${site.integer(1, 250)}.${(site.integer(0, 200) + Math.floor(index / 240)) % 256}`;
  const users = random.chance(kind.attended) ? [kind.user(random)] : [];
  const serial = hardware.serial(random);
  return {
    hostName: kind.hostName(random, number),
    system: random.pick(kind.systems),
    architecture: kind.hardware[0] === apple ? 'arm64' : 'x64',
    endpointVersion: version,
    users,
    interfaces: [
      {
        name: kind.networkName,
        mac: `${hardware.vendor}:${(card >> 16).toString(16).padStart(2, '0')}:${byte(card >> 8)}:${byte(card)}`,
        addresses: [`${subnet}.${(index % 240) + 10}/24`],
      },
    ],
    serial,
    smbiosUuid: [8, 4, 4, 4, 12].map((length) => random.text(length, hex)).join('-'),
    manufacturer: hardware.manufacturer,
    model: random.pick(hardware.models),
    processor: random.pick(kind.processors),
    memoryBytes: random.pick(kind.gibibytes) * 2 ** 30,
    bootedAt: midnight() - random.integer(10 * 60, 21 * 24 * 3600) * 1000,
  };
}

/** The same all day long: a fleet that is started again has nothing new to say. */
const midnight = (): number => new Date().setUTCHours(0, 0, 0, 0);
const byte = (value: number): string => (value & 0xff).toString(16).padStart(2, '0');

function kindAt(position: number): Kind {
  let left = position;
  for (const kind of kinds) {
    if (left < kind.share) return kind;
    left -= kind.share;
  }
  return kinds[0] as Kind;
}
