import type { FleetCounts, FleetHistorySpan } from '#protocol/fleet-history.ts';
import type { HubPart } from '../hub-part.ts';
import type { PresenceTracker } from '../presence/presence-tracker.ts';
import type { Store } from '../store/store.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import { addCounts, countByGroup, noDevices, wholeFleet } from './fleet-counting.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;
/** Milliseconds for which samples are kept. */
const keptFor = 91 * day;
/** Milliseconds for which all of them are: later every sixth hour's will do. */
const wholeFor = 8 * day;
const thinned = 6 * hour;
/** Milliseconds between two points, by the days that are asked for: enough for a picture. */
const steps: Readonly<Record<FleetHistorySpan, number>> = { 1: hour, 7: 3 * hour, 30: thinned, 90: day };
const rowsAtOnce = 1000;
/** Milliseconds after the start, or after a full hour: who was online comes back first. */
const settle = 2 * 60 * 1000;

export interface FleetHistoryParts {
  readonly store: Store;
  readonly presence: PresenceTracker;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/**
 * Counts the devices once an hour, by group. One grouped statement and a look at the presences in memory, whose result is a row
 * for each group: what it takes grows with the groups, hardly with the devices.
 */
export class FleetHistory implements HubPart {
  private readonly parts: FleetHistoryParts;
  private timer: NodeJS.Timeout | undefined;
  private sampling: Promise<void> = Promise.resolve();

  constructor(parts: FleetHistoryParts) {
    this.parts = parts;
  }

  start(): void {
    this.plan(settle);
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    await this.sampling;
  }

  /** Counts now, for the hour that has begun; done again within the hour, the later count stands. */
  sample(): Promise<void> {
    this.sampling = this.sampling.then(() => this.count()).catch(this.parts.onError);
    return this.sampling;
  }

  /** Of the groups that the technician may see now. */
  async get(actor: TechnicianActor, days: FleetHistorySpan) {
    const step = steps[days];
    const from = this.parts.now() - days * day;
    const groups = actor.groups === 'all' ? [wholeFleet] : [...actor.groups];
    const points = new Map<number, FleetCounts>();
    for (let start = 0; start < groups.length; start += rowsAtOnce) {
      const rows = await this.parts.store.read
        .selectFrom('fleet_samples')
        .select(['at', 'counts'])
        .where('group_id', 'in', groups.slice(start, start + rowsAtOnce))
        .where('at', '>=', from)
        .where((eb) => eb(eb('at', '%', step), '=', 0))
        .execute();
      for (const { at, counts } of rows) {
        const point = points.get(at) ?? noDevices();
        points.set(at, point);
        addCounts(point, JSON.parse(counts) as FleetCounts);
      }
    }
    const sorted = [...points].sort(([a], [b]) => a - b);
    return { step, points: sorted.map(([at, counts]) => ({ at, ...counts })) };
  }

  private plan(after: number): void {
    this.timer = setTimeout(() => {
      void this.sample();
      const now = this.parts.now();
      this.plan(hour - (now % hour) + settle);
    }, after);
    this.timer.unref();
  }

  private async count(): Promise<void> {
    const { store, presence, now } = this.parts;
    const at = now() - (now() % hour);
    const tallies = await store.read
      .selectFrom('devices')
      .select(['group_id as group', 'platform', 'endpoint_version as version'])
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('deleted_at', 'is', null)
      .groupBy(['group_id', 'platform', 'endpoint_version'])
      .execute();
    const groups = countByGroup(
      tallies.map((tally) => ({ ...tally, count: Number(tally.count) })),
      presence.byGroup(),
    );
    const rows = [...groups].map(([group_id, counts]) => ({ group_id, at, counts: JSON.stringify(counts) }));
    await store.write(async ({ db }) => {
      for (let start = 0; start < rows.length; start += rowsAtOnce) {
        await db
          .insertInto('fleet_samples')
          .values(rows.slice(start, start + rowsAtOnce))
          .onConflict((conflict) =>
            conflict.columns(['group_id', 'at']).doUpdateSet((eb) => ({ counts: eb.ref('excluded.counts') })),
          )
          .execute();
      }
      await db
        .deleteFrom('fleet_samples')
        .where((eb) =>
          eb.or([
            eb('at', '<', at - keptFor),
            eb.and([eb('at', '<', at - wholeFor), eb(eb('at', '%', thinned), '<>', 0)]),
          ]),
        )
        .execute();
    });
  }
}
