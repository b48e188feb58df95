import type { DeviceFacts } from '#protocol/facts.ts';
import { formatDateTime, t } from '#webview/base/l10n.ts';
import { byteSize, duration } from '../pages/times.ts';

export interface Fact {
  readonly label: string;
  readonly values: readonly string[];
  /** Worth copying: an address, a serial number. */
  readonly copy?: boolean;
}

export interface FactSection {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** The facts of a computer, in the order and the words that a person reads them in. What is not known is left out. */
export function factSections(facts: DeviceFacts, online: boolean, now = Date.now()): FactSection[] {
  const label = (key: string): string => t(`devicePage.${key}`);
  const fact = (key: string, value: string | undefined, copy = false): Fact[] =>
    value === undefined || value === '' ? [] : [{ label: label(key), values: [value], copy }];
  const started = formatDateTime(facts.bootedAt);
  const uptime = online && now > facts.bootedAt ? ` (${duration(now - facts.bootedAt)})` : '';
  return [
    {
      title: label('system'),
      facts: [
        ...fact('hostName', facts.hostName, true),
        ...fact('domain', facts.domain),
        ...fact('operatingSystem', facts.system.name),
        ...fact('version', facts.system.version),
        ...fact('architecture', facts.architecture),
        ...fact('started', started + uptime),
        {
          label: label('users'),
          values: facts.users.length > 0 ? facts.users : [label('noUsers')],
        },
        ...fact('endpointVersion', facts.endpointVersion),
      ],
    },
    {
      title: label('hardware'),
      facts: [
        ...fact('manufacturer', facts.manufacturer),
        ...fact('model', facts.model),
        ...fact('processor', facts.processor),
        ...fact('memory', facts.memoryBytes === undefined ? undefined : byteSize(facts.memoryBytes)),
      ],
    },
    {
      title: label('network'),
      facts: facts.interfaces.map(({ name, mac, addresses }) => ({
        label: name,
        values: [...addresses, mac],
        copy: true,
      })),
    },
  ].filter(({ facts: rows }) => rows.length > 0);
}

/** `sha256` in groups of four, as a person compares it aloud. */
export const fingerprintGroups = (fingerprint: string): string => fingerprint.replace(/(.{4})(?=.)/g, '$1 ');
