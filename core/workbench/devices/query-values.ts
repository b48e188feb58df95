import type { QueryOperator } from './query-parser.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Milliseconds. */
const units: Readonly<Record<string, number>> = {
  min: minute,
  h: hour,
  d: day,
  w: 7 * day,
  mo: 30 * day,
  y: 365 * day,
};

/** `90min`, `7d`, `1.5h`: milliseconds; undefined where it is no length of time. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(min|h|d|w|mo|y)$/.exec(text);
  return match ? Number(match[1]) * units[match[2]!]! : undefined;
}

/** From `start` to before `end`, milliseconds since 1970. */
export interface TimeSpan {
  readonly start: number;
  readonly end: number;
}

/** `2026`, `2026-05`, `2026-05-14`, `2026-05-14T08:30` (or `t`), in local time: all that it stands for. */
export function parseTime(text: string): TimeSpan | undefined {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:t(\d{2}):(\d{2}))?)?)?$/i.exec(text);
  if (!match) return undefined;
  const [year, month, date, hours, minutes] = match.slice(1).map((part) => (part === undefined ? undefined : +part));
  const at = new Date(year!, (month ?? 1) - 1, date ?? 1, hours ?? 0, minutes ?? 0);
  // What is no date (February the 30th) would quietly become another one.
  const same = at.getMonth() === (month ?? 1) - 1 && at.getDate() === (date ?? 1);
  if (!same || (hours ?? 0) > 23 || (minutes ?? 0) > 59) return undefined;
  const end = new Date(at);
  if (minutes !== undefined) end.setMinutes(minutes + 1);
  else if (date !== undefined) end.setDate(date + 1);
  else if (month !== undefined) end.setMonth(month);
  else end.setFullYear(year! + 1);
  return { start: at.getTime(), end: end.getTime() };
}

/** Whether a time is before, in or after a span, as the operator says. */
export function compareTime(operator: QueryOperator, { start, end }: TimeSpan): (time: number) => boolean {
  if (operator === '<') return (time) => time < start;
  if (operator === '<=') return (time) => time < end;
  if (operator === '>') return (time) => time >= end;
  if (operator === '>=') return (time) => time >= start;
  return (time) => time >= start && time < end;
}

export function compareNumber(operator: QueryOperator, limit: number): (value: number) => boolean {
  if (operator === '<') return (value) => value < limit;
  if (operator === '<=') return (value) => value <= limit;
  if (operator === '>') return (value) => value > limit;
  if (operator === '>=') return (value) => value >= limit;
  return (value) => value === limit;
}

/** `1.2` stands for 1.2 and all of 1.2.x: one is above it from 1.3 on. undefined where it is no version. */
export function compareVersion(operator: QueryOperator, wanted: string): ((version: string) => boolean) | undefined {
  if (!/^\d+(\.\d+)*$/.test(wanted)) return undefined;
  const limit = wanted.split('.').map(Number);
  const compares = compareNumber(operator, 0);
  return (version) => {
    const parts = version.split(/[.+-]/).map((part) => (/^\d+$/.test(part) ? Number(part) : 0));
    for (const [at, part] of limit.entries()) {
      const difference = (parts[at] ?? 0) - part;
      if (difference !== 0) return compares(difference);
    }
    return compares(0);
  };
}

/** An IPv4 address as a number. */
export function ipv4Number(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((number, part) => number * 256 + Number(part), 0);
}

/**
 * Whether one of the addresses (`192.168.7.4/24`) is meant: by a network (`10.1.0.0/16`), by an address, or by how addresses begin
 * (`192.168.7`). undefined where it is none of these.
 */
export function compareAddress(wanted: string): ((addresses: readonly string[]) => boolean) | undefined {
  const plain = (address: string): string => address.split('/')[0]!;
  const [network, bits] = wanted.split('/');
  if (bits !== undefined) {
    const base = ipv4Number(network!);
    if (base === undefined || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
    const size = 2 ** (32 - Number(bits));
    const block = Math.floor(base / size);
    return (addresses) =>
      addresses.some((address) => {
        const number = ipv4Number(plain(address));
        return number !== undefined && Math.floor(number / size) === block;
      });
  }
  if (!/^[0-9a-f:.]+$/.test(wanted)) return undefined;
  // `192.168.7` is not the beginning of 192.168.70.1.
  const beginning = /^[\d.]+$/.test(wanted) && !wanted.endsWith('.') ? `${wanted}.` : wanted;
  return (addresses) => addresses.some((address) => plain(address) === wanted || plain(address).startsWith(beginning));
}

/** Hexadecimal digits alone, so that every way of writing one finds it; undefined where it is none. */
export function macDigits(text: string): string | undefined {
  const digits = text.replace(/[:.-]/g, '');
  return /^[0-9a-f]{1,12}$/.test(digits) ? digits : undefined;
}
