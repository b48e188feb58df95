import type { ContextScope } from '../context-keys/context-key-service.ts';
import type { DeviceEntry } from './device-entry.ts';

/**
 * What when-clauses see of the devices that a command is about: `device.count`, and, where all of them have it in common,
 * `device.state`, `device.presence`, `device.inSession`, `device.platform` and `device.named` (has a nickname); `mixed`
 * where they don't.
 */
export function deviceContext(entries: readonly DeviceEntry[]): ContextScope {
  const common = <T extends string | boolean>(read: (entry: DeviceEntry) => T): T | 'mixed' | undefined => {
    const [first] = entries;
    if (!first) return undefined;
    const value = read(first);
    return entries.every((entry) => read(entry) === value) ? value : 'mixed';
  };
  return {
    'device.count': entries.length,
    'device.state': common(({ device }) => device.state),
    'device.presence': common(({ presence }) => presence),
    'device.inSession': common(({ presence }) => presence === 'inSession'),
    'device.platform': common(({ device }) => device.system.platform),
    'device.named': common(({ device }) => device.nickname !== null),
  };
}
