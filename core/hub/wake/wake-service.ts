import type { Call } from '#core/base/rpc/rpc-connection.ts';
import type { AuditEntry } from '#protocol/audit.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { WakeResult, WakeSender } from '#protocol/wake.ts';
import type { LiveEndpoints } from '../endpoints/live-endpoints.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { PresenceTracker } from '../presence/presence-tracker.ts';
import type { Store } from '../store/store.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { WakeDispatch } from './wake-dispatch.ts';
import { awakeIn, batchesOf, chooseSenders, sendersWanted, type AwakeEndpoint, type WakeBatch } from './wake-plan.ts';
import type { WakeSettings } from './wake-settings.ts';
import { findTargets, type WakeTarget } from './wake-targets.ts';

export interface WakeParts {
  readonly store: Store;
  readonly permissions: PermissionService;
  readonly presence: PresenceTracker;
  readonly endpoints: LiveEndpoints;
  readonly settings: WakeSettings;
  readonly dispatch: WakeDispatch;
  /** Seconds that a device has to check in after the packets were sent. */
  readonly timeLimit: number;
}

/** Batches that are sent at the same time. */
const batchesAtOnce = 16;
const rowsAtOnce = 1000;
/** Senders that an audit entry names. */
const sendersNamed = 50;

interface Waking {
  readonly target: WakeTarget;
  readonly sentBy: Map<string | null, WakeSender>;
  /** Whether each packet for it had to be passed on by routers. */
  routed: boolean;
  problem: LatchkeyError | undefined;
  awake: boolean;
}

/** Wakes devices, and waits for them to check in. A wake lives as long as whoever asked for it waits. */
export class WakeService {
  private readonly parts: WakeParts;

  constructor(parts: WakeParts) {
    this.parts = parts;
  }

  /**
   * What became of each device, in the order in which they were named.
   * @param schedule what began it, for the audit log
   * @throws LatchkeyError `permission.switchedOff`
   */
  async run(
    actor: TechnicianActor,
    devices: readonly string[],
    { token, progress }: Call,
    schedule: AuditEntry['subject'] = null,
  ): Promise<WakeResult[]> {
    const { store, permissions, endpoints, presence, settings } = this.parts;
    permissions.require(actor, 'device.wake');
    const wanted = [...new Set(devices)];
    const found = await findTargets(store, actor, wanted, (device) => endpoints.get(device) !== undefined);
    const refused = new Map(found.refused);
    const batches = batchesOf(found.targets);
    const relays = await settings.relays();
    const awake = await this.awake(actor, batches, relays);
    const plans = batches
      .map((batch) => ({
        batch,
        choices: chooseSenders(batch, awake, relays, (cidr) => this.parts.dispatch.isHubIn(cidr)),
      }))
      .filter(({ choices }) => choices.length > 0);
    const reachable = new Set(plans.flatMap(({ batch }) => batch.packets.map(({ device }) => device)));
    const waking = new Map<string, Waking>();
    for (const target of found.targets) {
      if (reachable.has(target.device)) {
        waking.set(target.device, { target, sentBy: new Map(), routed: true, problem: undefined, awake: false });
      } else {
        const subnet = [...new Set(target.interfaces.map((each) => each.subnet.cidr))].join(', ');
        refused.set(target.device, new LatchkeyError('wake.noSender', { device: target.name, subnet }));
      }
    }

    const cancelled = (): boolean => token.isCancellationRequested;
    let settle = (): void => {};
    const report = (): void => {
      const left = [...waking.values()].filter((each) => !each.awake).length;
      progress({ fraction: wanted.length === 0 ? 1 : (wanted.length - left) / wanted.length });
      if (left === 0) settle();
    };
    const following = presence.changed$.subscribe(({ entry: [device, now] }) => {
      const each = waking.get(device);
      if (!each || each.awake || now === 'offline' || now === 'asleep') return;
      each.awake = true;
      report();
    });
    try {
      const passwords = await settings.passwords([...waking.keys()]);
      await this.sendAll(plans, passwords, waking, cancelled);
      await this.record(actor, [...found.known.keys()], waking, refused, schedule);
      // Came back by itself between the first look and the second.
      for (const [device, each] of waking) each.awake ||= endpoints.get(device) !== undefined;
      report();
      const unanswered = [...waking.values()].some((each) => !each.awake && each.sentBy.size > 0);
      if (unanswered && !cancelled()) await this.wait(token, (resolve) => (settle = resolve), waking);
    } finally {
      following.unsubscribe();
    }
    return wanted.map((device) => ({
      ...this.resultOf(device, refused, waking.get(device), cancelled()),
      name: found.known.get(device) ?? device,
    }));
  }

  isOnline(device: string): boolean {
    return this.parts.endpoints.get(device) !== undefined;
  }

  private async sendAll(
    plans: readonly { batch: WakeBatch; choices: ReturnType<typeof chooseSenders> }[],
    passwords: ReadonlyMap<string, string>,
    waking: ReadonlyMap<string, Waking>,
    cancelled: () => boolean,
  ): Promise<void> {
    const left = [...plans];
    const work = async (): Promise<void> => {
      for (let plan = left.shift(); plan && !cancelled(); plan = left.shift()) {
        for (const part of await this.parts.dispatch.send(plan.batch, plan.choices, passwords, cancelled)) {
          for (const device of part.devices) {
            const each = waking.get(device);
            if (!each) continue;
            each.problem = part.problem ?? each.problem;
            for (const sender of part.sentBy) each.sentBy.set(sender.device, sender);
            if (part.sentBy.length > 0) each.routed &&= part.routed;
          }
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(batchesAtOnce, plans.length) }, work));
  }

  /** Until all are awake, the time is over, or nobody wants to know any more. */
  private wait(token: Call['token'], onSettle: (resolve: () => void) => void, waking: ReadonlyMap<string, Waking>) {
    return new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        cancelling.dispose();
        resolve();
      };
      const timer = setTimeout(done, this.parts.timeLimit * 1000);
      const cancelling = token.onCancellationRequested(done);
      onSettle(done);
      if (token.isCancellationRequested || [...waking.values()].every((each) => each.awake)) done();
    });
  }

  /** Endpoints that are there and active, of groups that the technician may know, where they could send. */
  private async awake(
    actor: TechnicianActor,
    batches: readonly WakeBatch[],
    relays: Awaited<ReturnType<WakeSettings['relays']>>,
  ): Promise<AwakeEndpoint[]> {
    const { endpoints, store } = this.parts;
    const found = awakeIn(endpoints, sendersWanted(batches, relays)).filter(({ group }) => hasGroup(actor, group));
    const awake: AwakeEndpoint[] = [];
    for (let start = 0; start < found.length; start += rowsAtOnce) {
      const part = found.slice(start, start + rowsAtOnce);
      const rows = await store.read
        .selectFrom('devices')
        .select(['id', 'nickname', 'host_name'])
        .where(
          'id',
          'in',
          part.map(({ device }) => device),
        )
        .where('state', '=', 'active')
        .where('deleted_at', 'is', null)
        .execute();
      const names = new Map(rows.map((row) => [row.id, row.nickname ?? row.host_name]));
      for (const endpoint of part) {
        const name = names.get(endpoint.device);
        if (name !== undefined) awake.push({ ...endpoint, name });
      }
    }
    return awake;
  }

  /** One entry for all: what was sent, by whom, and what was not. */
  private async record(
    actor: TechnicianActor,
    devices: readonly string[],
    waking: ReadonlyMap<string, Waking>,
    refused: ReadonlyMap<string, LatchkeyError>,
    subject: AuditEntry['subject'],
  ): Promise<void> {
    const all = [...waking.values()];
    const sent = all.filter(({ sentBy }) => sentBy.size > 0);
    const senders = [...new Map(sent.flatMap(({ sentBy }) => [...sentBy])).values()];
    await this.parts.store.write((tx) =>
      tx.audit({
        actor,
        action: 'device.wake',
        outcome: sent.length > 0 ? 'done' : all.length > 0 ? 'failed' : 'refused',
        devices,
        subject,
        after: {
          sent: sent.length,
          failed: all.length - sent.length,
          refused: refused.size,
          sentBy: senders.slice(0, sendersNamed).map(({ name }) => name),
        },
      }),
    );
  }

  private resultOf(
    device: string,
    refused: ReadonlyMap<string, LatchkeyError>,
    waking: Waking | undefined,
    cancelled: boolean,
  ): Omit<WakeResult, 'name'> {
    const of = (state: WakeResult['state'], problem?: LatchkeyError): Omit<WakeResult, 'name'> => ({
      device,
      state,
      sentBy: [...(waking?.sentBy.values() ?? [])],
      problem: problem?.toData() ?? null,
    });
    if (!waking) return of('refused', refused.get(device) ?? new LatchkeyError('device.notFound', { device }));
    if (waking.awake) return of('awake');
    const { target, sentBy, problem, routed } = waking;
    if (sentBy.size === 0) return problem ? of('failed', problem) : of('cancelled');
    if (cancelled) return of('sent');
    const seconds = this.parts.timeLimit;
    return of(
      'noAnswer',
      new LatchkeyError(routed ? 'wake.noAnswerRouted' : 'wake.noAnswer', { device: target.name, seconds }),
    );
  }
}
