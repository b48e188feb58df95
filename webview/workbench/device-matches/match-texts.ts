import type { DeviceMatch, HardwareMark, MatchSide } from '#protocol/device-matches.ts';
import { t } from '#webview/base/l10n.ts';
import { groupNameOf } from '../pages/hub.ts';

/** A line in which both sides are held against one another. */
export interface ComparedLine {
  readonly label: string;
  readonly known: readonly string[];
  readonly other: readonly string[];
  /** Of what computers are told apart by; undefined of everything else, and where one side does not know it. */
  readonly agrees?: boolean | undefined;
  readonly mono?: boolean;
}

/** What both sides say of themselves, in the order in which a person compares it. */
export function comparedLines({
  known,
  other,
  agrees,
  differs,
}: Pick<DeviceMatch, 'known' | 'other' | 'agrees' | 'differs'>): ComparedLine[] {
  const label = (key: string): string => t(`deviceMatches.field.${key}`);
  const both = (key: string, of: (side: MatchSide) => readonly string[]): ComparedLine => ({
    label: label(key),
    known: of(known),
    other: of(other),
  });
  const mark = (key: HardwareMark, of: (side: MatchSide) => readonly string[]): ComparedLine => ({
    ...both(key, of),
    mono: true,
    agrees: agrees.includes(key) ? true : differs.includes(key) ? false : undefined,
  });
  const one = (value: string | null | undefined): readonly string[] => (value ? [value] : []);
  return [
    both('hostName', (side) => [side.hostName]),
    both('group', (side) => one(side.group === null ? null : (groupNameOf(side.group) ?? side.group))),
    both('system', (side) => [side.system.name]),
    mark('uuid', (side) => one(side.uuid)),
    mark('serial', (side) => one(side.serial)),
    mark('mac', (side) => side.macs),
    { ...both('addresses', (side) => side.addresses), mono: true },
    { ...both('from', (side) => one(side.from)), mono: true },
    both('installer', (side) => one(side.installer && (side.installer.name ?? t('deviceMatches.unnamed')))),
  ].filter((line) => line.known.length + line.other.length > 0);
}
