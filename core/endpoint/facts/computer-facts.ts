import { arch, cpus, hostname, networkInterfaces, totalmem, uptime, type NetworkInterfaceInfo } from 'node:os';
import type { DeviceFacts } from '#protocol/facts.ts';
import { version } from '#core/base/version.ts';
import { cleanValue, withoutGaps } from './clean-value.ts';
import type { FactsSource } from './facts-source.ts';
import { linuxFacts } from './linux/linux-facts.ts';
import { macosFacts } from './macos/macos-facts.ts';
import type { PlatformFacts } from './platform-facts.ts';
import { bootTolerance } from './watch-facts.ts';
import { windowsFacts } from './windows/windows-facts.ts';

/** The facts about the computer that this runs on. */
export class ComputerFacts implements FactsSource {
  private readonly platform: PlatformFacts;
  private hardware: ReturnType<PlatformFacts['hardware']> | undefined;

  private bootedAt: number | undefined;

  constructor(platform: PlatformFacts = platformOf(process.platform)) {
    this.platform = platform;
  }

  async read(): Promise<DeviceFacts> {
    this.hardware ??= this.platform.hardware();
    const [system, users, hardware, bootedAt] = await Promise.all([
      this.platform.system(),
      this.platform.users(),
      this.hardware,
      this.platform.bootedAt(),
    ]);
    return {
      hostName: hostname().slice(0, 255) || 'localhost',
      system,
      architecture: arch(),
      endpointVersion: version,
      users,
      interfaces: interfacesOf(networkInterfaces()),
      ...hardware,
      ...withoutGaps({ processor: cleanValue(cpus()[0]?.model) }),
      memoryBytes: totalmem(),
      bootedAt: this.steady(bootedAt ?? Math.max(0, Math.round(Date.now() - uptime() * 1000))),
    };
  }

  /** A computed time wanders with the clock by moments, and would be news at every look. */
  private steady(bootedAt: number): number {
    if (this.bootedAt === undefined || Math.abs(bootedAt - this.bootedAt) > bootTolerance) this.bootedAt = bootedAt;
    return this.bootedAt;
  }
}

function platformOf(name: NodeJS.Platform): PlatformFacts {
  if (name === 'win32') return windowsFacts();
  return name === 'darwin' ? macosFacts() : linuxFacts();
}

/** Interfaces that reach other computers: no loopback, none without a hardware address (tunnels). */
export function interfacesOf(all: NodeJS.Dict<NetworkInterfaceInfo[]>): DeviceFacts['interfaces'] {
  return Object.entries(all)
    .flatMap(([name, entries]) => {
      const usable = (entries ?? []).filter((entry) => !entry.internal && isHardwareAddress(entry.mac));
      const mac = usable[0]?.mac.toLowerCase();
      if (mac === undefined) return [];
      const addresses = usable.map((entry) => entry.cidr ?? entry.address).filter((address) => address.length <= 64);
      return [{ name: name.slice(0, 255), mac, addresses: addresses.sort().slice(0, 32) }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, 64);
}

const isHardwareAddress = (mac: string): boolean =>
  /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac) && mac !== '00:00:00:00:00:00';
