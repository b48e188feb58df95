import { hostname, release, version } from 'node:os';
import { userSessions, type UserSession } from '../../windows/user-sessions.ts';
import { textAt, windowsCall, type Pointer } from '../../windows/windows-api.ts';
import { cleanUsers, cleanUuid, cleanValue, withoutGaps } from '../clean-value.ts';
import type { PlatformFacts } from '../platform-facts.ts';
import { readSystemInformation } from './smbios.ts';

/** `RSMB`, as a number. */
const smbiosProvider = 0x52534d42;
/** NetSetupDomainName (lmjoin.h). */
const joined = 3;

/** What Windows tells. */
export interface WindowsSource {
  sessions(): readonly UserSession[];
  /** The tables of the firmware, as GetSystemFirmwareTable gives them. */
  firmware(): Buffer;
  /** The domain that the computer belongs to. */
  domain(): string | undefined;
}

const windows: WindowsSource = {
  sessions: userSessions,
  firmware() {
    const get = windowsCall('kernel32', 'uint GetSystemFirmwareTable(uint, uint, void *, uint)');
    const tables = Buffer.alloc(get(smbiosProvider, 0, null, 0) as number);
    get(smbiosProvider, 0, tables, tables.length);
    return tables;
  },
  domain() {
    const [name, status] = [Buffer.alloc(8), Buffer.alloc(4)];
    const ask = windowsCall('netapi32', 'uint NetGetJoinInformation(void *, void *, void *)');
    if (ask(null, name, status) !== 0) return undefined;
    const address: Pointer = name.readBigUInt64LE();
    const found = status.readUInt32LE() === joined ? textAt(address) : undefined;
    if (address) windowsCall('netapi32', 'uint NetApiBufferFree(void *)')(address);
    return found;
  },
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
    hardware() {
      const { serial, uuid, manufacturer, model } = readSystemInformation(read(source.firmware) ?? Buffer.alloc(0));
      return Promise.resolve(
        withoutGaps({
          serial: cleanValue(serial),
          smbiosUuid: cleanUuid(uuid),
          manufacturer: cleanValue(manufacturer),
          model: cleanValue(model),
          domain: cleanValue(read(source.domain)),
        }),
      );
    },
    // Node derives it from the time since the start, which is all that Windows keeps.
    bootedAt: () => Promise.resolve(undefined),
  };
}

/** As people write it: with the domain, where it is not the computer's own account. */
export const accountName = ({ user, domain }: Pick<UserSession, 'user' | 'domain'>, computer = hostname()): string =>
  domain === '' || domain.toLowerCase() === computer.toLowerCase() ? user : `${domain}\\${user}`;
