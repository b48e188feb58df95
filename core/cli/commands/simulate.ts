import { setTimeout as delay } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { LatchkeyError } from '#protocol/errors.ts';
import { invitationOf } from '#core/endpoint/enrolment/invitation.ts';
import type { CliIo } from '../cli-io.ts';
import { Fleet, type FleetCounts } from '../simulation/fleet.ts';
import { Semaphore } from '../simulation/semaphore.ts';

interface SimulateOptions {
  readonly hub: string;
  readonly token?: string;
  readonly count?: number;
  readonly seconds?: number;
  readonly concurrency: number;
  readonly churn: number;
  readonly away: number;
  readonly seed: string;
  readonly fleetsStdin?: boolean;
}

/** Several fleets at once, one for each installer: on standard input, because a token in arguments can be seen by others. */
export const fleetPlan = z.array(z.object({ token: z.string(), count: z.number().int().positive() }));

export function registerSimulate(program: Command, io: CliIo): void {
  const t = (key: string): string => io.localizer.t(`simulate.${key}`);
  const number = (low: number, high: number, whole: boolean) => (text: string) => {
    const value = Number(text);
    const valid = text.trim() !== '' && value >= low && value <= high && (!whole || Number.isInteger(value));
    if (!valid) throw new InvalidArgumentError(io.localizer.t('simulate.badNumber', { low, high }));
    return value;
  };
  program
    .command('simulate')
    .description(t('description'))
    .requiredOption('--hub <url>', t('option.hub'))
    .option('--token <token>', t('option.token'))
    .option('--count <number>', t('option.count'), number(1, 100_000, true))
    .option('--seconds <seconds>', t('option.seconds'), number(0, 1e9, false))
    .option('--concurrency <number>', t('option.concurrency'), number(1, 5000, true), 64)
    .option('--churn <percent>', t('option.churn'), number(0, 100, false), 0)
    .option('--away <percent>', t('option.away'), number(0, 100, false), 0)
    .option('--seed <text>', t('option.seed'), 'latchkey')
    .option('--fleets-stdin', t('option.fleets'))
    .action((options: SimulateOptions) => simulate(options, io));
}

/**
 * Brings simulated endpoints to a hub, stays for as long as was asked, and says what became of them.
 * @throws LatchkeyError `cli.usage`; `hub.unreachable` where not one was answered; why all of them were refused
 */
export async function simulate(options: SimulateOptions, io: CliIo): Promise<void> {
  const plan = await planOf(options, io);
  const admission = new Semaphore(options.concurrency);
  const { seed, churn, away } = options;
  const fleets = plan.map(({ token, count }) => {
    const invitation = invitationOf(options.hub, token);
    return new Fleet({ invitation, count, seed, admission, churn: churn / 100, away: away / 100 });
  });
  const total = plan.reduce((sum, { count }) => sum + count, 0);
  const started = performance.now();
  for (const fleet of fleets) fleet.start();
  // Whoever started this with a channel to it, and is gone, no longer wants it.
  const orphaned = new AbortController();
  const onOrphaned = (): void => orphaned.abort();
  process.once('disconnect', onOrphaned);
  const signal = AbortSignal.any([io.signal, orphaned.signal]);

  let seconds = 0;
  let counts = sum(fleets);
  try {
    await watch(fleets, signal, (now) => {
      counts = now;
      io.progress(io.localizer.t('simulate.progress', { done: total - now.open, total, ...numbers(now) }));
      return now.open === 0 || isHopeless(now, fleets, performance.now() - started);
    });
    seconds = Math.round(performance.now() - started) / 1000;
    if (options.seconds !== undefined && counts.joined + counts.waiting > 0) {
      const end = options.seconds === 0 ? Infinity : performance.now() + options.seconds * 1000;
      await watch(fleets, signal, (now) => {
        counts = now;
        io.progress(io.localizer.t('simulate.staying', numbers(now)));
        return performance.now() >= end;
      });
    }
    counts = sum(fleets);
  } finally {
    process.off('disconnect', onOrphaned);
    await Promise.all(fleets.map((fleet) => fleet.stop()));
  }
  conclude(counts, seconds, fleets, options.hub, io);
}

async function planOf(options: SimulateOptions, io: CliIo): Promise<z.output<typeof fleetPlan>> {
  if (!options.fleetsStdin) {
    if (options.token && options.count) return [{ token: options.token, count: options.count }];
    throw new LatchkeyError('cli.usage', { problem: io.localizer.t('simulate.needs') });
  }
  try {
    return fleetPlan.parse(JSON.parse(await io.readInput()));
  } catch {
    throw new LatchkeyError('cli.usage', { problem: io.localizer.t('simulate.badPlan') });
  }
}

/** Looks twice a second, until `look` says that it is enough or the command is to end. */
async function watch(fleets: Fleet[], signal: AbortSignal, look: (counts: FleetCounts) => boolean): Promise<void> {
  while (!signal.aborted && !look(sum(fleets))) await delay(200, undefined, { signal }).catch(() => {});
}

/** Nobody answers there: after some seconds it is time to say so. */
function isHopeless(counts: FleetCounts, fleets: Fleet[], milliseconds: number): boolean {
  const answered = counts.joined + counts.waiting + counts.refused > 0;
  const limit = fleets.some((fleet) => fleet.lastError === 'endpoint.hubKeyMismatch') ? 0 : 10_000;
  return !answered && fleets.every((fleet) => fleet.lastError !== undefined) && milliseconds > limit;
}

function sum(fleets: Fleet[]): FleetCounts {
  const total: FleetCounts = { joined: 0, waiting: 0, refused: 0, connected: 0, open: 0 };
  for (const counts of fleets.map((fleet) => fleet.counts())) {
    for (const key of Object.keys(total) as (keyof FleetCounts)[]) total[key] += counts[key];
  }
  return total;
}

const numbers = ({ joined, waiting, refused, connected }: FleetCounts) => ({ joined, waiting, refused, connected });

function conclude(counts: FleetCounts, seconds: number, fleets: Fleet[], hub: string, io: CliIo): void {
  const answered = counts.joined + counts.waiting;
  if (answered === 0 && !io.signal.aborted) {
    const [refusal] = fleets.flatMap((fleet) => [...fleet.refusals.keys()]);
    if (refusal) throw new LatchkeyError(refusal);
    if (fleets.some((fleet) => fleet.lastError === 'endpoint.hubKeyMismatch')) {
      throw new LatchkeyError('endpoint.hubKeyMismatch', { url: hub });
    }
    const reason = fleets.find((fleet) => fleet.lastError)?.lastError ?? '';
    throw new LatchkeyError('hub.unreachable', { url: hub, reason });
  }
  const value = { ...numbers(counts), seconds };
  io.result(value, io.localizer.t('simulate.summary', value));
}
