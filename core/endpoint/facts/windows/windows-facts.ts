import { release, version } from 'node:os';
import { computerDomain, type ComputerDomain } from '../../windows/computer-domain.ts';
import { accountName, userSessions, type UserSession } from '../../windows/user-sessions.ts';
import { windowsCall } from '../../windows/windows-api.ts';
import { cleanUsers, cleanUuid, cleanValue, withoutGaps } from '../clean-value.ts';
import type { PlatformFacts } from '../platform-facts.ts';
import { readSystemInformation } from './smbios.ts';

/** `RSMB`, as a number. */
const smbiosProvider = 0x52534d42;

/** What Windows tells. */
export interface WindowsSource {
  sessions(): readonly UserSession[];
  /** The tables of the firmware, as GetSystemFirmwareTable gives them. */
  firmware(): Buffer;
  domain(): Promise<ComputerDomain | undefined>;
}

const windows: WindowsSource = {
  sessions: userSessions,
  firmware() {
    const get = windowsCall('kernel32', 'uint GetSystemFirmwareTable(uint, uint, void *, uint)');
    const tables = Buffer.alloc(get(smbiosProvider, 0, null, 0) as number);
    get(smbiosProvider, 0, tables, tables.length);
    return tables;
  },
  domain: computerDomain,
};

export function windowsFacts(source: WindowsSource = windows): PlatformFacts {
  const read = <T>(ask: () => T): T | undefined => {
    try {
      return ask();
    } catch {
      return undefined;
    }
  };
  return {
    system() {
      const [name, kernel] = [version(), release()];
      return Promise.resolve({
        platform: 'windows',
        name: name.slice(0, 255) || 'Windows',
        version: kernel.slice(0, 255),
      });
    },
    users: () => Promise.resolve(cleanUsers((read(source.sessions) ?? []).map((session) => accountName(session)))),
    async hardware() {
      const domain = await source.domain().catch(() => undefined);
      const { serial, uuid, manufacturer, model } = readSystemInformation(read(source.firmware) ?? Buffer.alloc(0));
      return withoutGaps({
        serial: cleanValue(serial),
        smbiosUuid: cleanUuid(uuid),
        manufacturer: cleanValue(manufacturer),
        model: cleanValue(model),
        domain: domain?.name.slice(0, 255) || undefined,
        ou: domain?.account === undefined ? undefined : placeOf(domain.account),
      });
    },
    // Node derives it from the time since the start, which is all that Windows keeps.
    bootedAt: () => Promise.resolve(undefined),
  };
}

/** Where an account is: its distinguished name without its own part, in which a comma may be escaped (RFC 4514). */
export const placeOf = (account: string): string | undefined => /^(?:[^,\\]|\\.)*,(.{1,1024})$/su.exec(account)?.[1];
