import type { Observable, Subscription } from 'rxjs';
import { endpointNotifications } from '#protocol/endpoint.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { DeviceChange, DeviceEvents } from '../devices/device-events.ts';
import { factColumns } from '../devices/device-row.ts';
import { requirePresent, type EnrolmentService } from '../enrolment/enrolment-service.ts';
import type { GroupChange } from '../groups/group-service.ts';
import type { HubPart } from '../hub-part.ts';
import type { PresenceTracker } from '../presence/presence-tracker.ts';
import type { Store } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';
import { isSameComputer } from './hardware.ts';
import { keepMarks } from './known-computers.ts';
import type { LiveEndpoint, LiveEndpoints } from './live-endpoints.ts';

/** Milliseconds for which a copy that keeps trying is not put down again. */
const copyInterval = 24 * 60 * 60 * 1000;
/** The most copies remembered for that. */
const mostCopies = 10_000;

export interface EndpointServiceParts {
  readonly store: Store;
  readonly events: DeviceEvents;
  readonly groupChanges$: Observable<GroupChange>;
  /** The support organisation's name, which customers are shown. */
  readonly organisation$: Observable<string>;
  readonly enrolment: EnrolmentService;
  readonly presence: PresenceTracker;
  readonly live: LiveEndpoints;
}

/** What connected endpoints do and are told: who they are, what their computers are like, where they stand. */
export class EndpointService implements HubPart {
  private readonly parts: EndpointServiceParts;
  private subscriptions: Subscription[] = [];
  /** When a copy of a device was last put down, by device, host name and address; the oldest first. */
  private readonly copies = new Map<string, number>();

  constructor(parts: EndpointServiceParts) {
    this.parts = parts;
  }

  start(): void {
    this.subscriptions = [
      this.parts.events.changed$.subscribe((change) => this.tellStanding(change)),
      this.parts.groupChanges$.subscribe(({ group, deleted }) => {
        if (!deleted) void this.tellGroup(group.id);
      }),
      this.parts.organisation$.subscribe(() => void this.tellAll()),
    ];
  }

  stop(): void {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
  }

  /**
   * The device with this key, with its facts brought up to date.
   * @throws LatchkeyError `endpoint.unknownKey`, `enrolment.deviceRemoved`, `endpoint.keyInUse`
   */
  async identify(publicKey: string, facts: DeviceFacts, from: string): Promise<DeviceRow> {
    const row = await this.parts.store.read
      .selectFrom('devices')
      .selectAll()
      .where('public_key', '=', publicKey)
      .executeTakeFirst();
    if (!row) throw new LatchkeyError('endpoint.unknownKey');
    await this.requireUnused(requirePresent(row), facts, from);
    const before = JSON.parse(row.facts) as DeviceFacts;
    // A repair, or a copy of its disk while it is switched off: a technician can tell.
    if (!isSameComputer(before, facts)) await this.recordOtherHardware(row, before, facts, from);
    return this.updateFacts(row, facts);
  }

  /**
   * Two computers with one key are copies of one disk: the one that came second is not let in.
   * @throws LatchkeyError `endpoint.keyInUse`
   */
  async requireUnused(row: DeviceRow, facts: DeviceFacts, from: string): Promise<void> {
    const other = this.parts.live.get(row.id);
    if (!other || isSameComputer(other.facts, facts)) return;
    if (this.isNewCopy(`${row.id} ${facts.hostName} ${from}`)) {
      await this.parts.store.write((tx) =>
        tx.audit({
          actor: { kind: 'endpoint', id: row.id, name: facts.hostName, from },
          action: 'endpoint.connect',
          outcome: 'refused',
          devices: [row.id],
          before: { connected: describe(other.facts, other.from) },
          after: { error: 'endpoint.keyInUse', refused: describe(facts, from) },
        }),
      );
    }
    throw new LatchkeyError('endpoint.keyInUse', { host: other.facts.hostName });
  }

  private isNewCopy(copy: string): boolean {
    const now = Date.now();
    const last = this.copies.get(copy);
    if (last !== undefined && now - last < copyInterval) return false;
    this.copies.delete(copy);
    this.copies.set(copy, now);
    const [oldest] = this.copies.keys();
    if (this.copies.size > mostCopies && oldest !== undefined) this.copies.delete(oldest);
    return true;
  }

  private recordOtherHardware(row: DeviceRow, before: DeviceFacts, facts: DeviceFacts, from: string): Promise<void> {
    return this.parts.store.write((tx) =>
      tx.audit({
        actor: { kind: 'endpoint', id: row.id, name: facts.hostName, from },
        action: 'endpoint.hardwareChanged',
        devices: [row.id],
        before: describe(before),
        after: describe(facts, from),
      }),
    );
  }

  /** From now on the device is online, and this is the way to it. A connection that it had before is closed. */
  enter(endpoint: LiveEndpoint): void {
    const { live, presence } = this.parts;
    const before = live.get(endpoint.device);
    live.add(endpoint);
    presence.set(endpoint.device, endpoint.group, 'online');
    before?.close(4000, 'Replaced by a newer connection of the same computer');
  }

  exit(endpoint: LiveEndpoint): void {
    const { live, presence } = this.parts;
    if (live.remove(endpoint)) presence.set(endpoint.device, endpoint.group, 'offline');
  }

  /** Writes the facts down where they have changed; replicas learn of it where what they have has changed. */
  async updateFacts(row: DeviceRow, facts: DeviceFacts): Promise<DeviceRow> {
    const text = JSON.stringify(facts);
    if (row.facts === text) return row;
    return this.parts.store.write(async (tx) => {
      const current = await tx.db.selectFrom('devices').selectAll().where('id', '=', row.id).executeTakeFirstOrThrow();
      requirePresent(current);
      const columns = factColumns(facts);
      const seen = (Object.keys(columns) as (keyof typeof columns)[]).some((key) => columns[key] !== current[key]);
      const change = seen ? { ...columns, facts: text, seq: await tx.nextSeq() } : { facts: text };
      await tx.db.updateTable('devices').set(change).where('id', '=', row.id).execute();
      await keepMarks(tx.db, row.id, facts, JSON.parse(current.facts) as DeviceFacts);
      const updated: DeviceRow = { ...current, ...change };
      if (seen) this.parts.events.announce(tx, updated);
      return updated;
    });
  }

  /** The facts of an endpoint that is connected have changed. */
  async factsChanged(endpoint: LiveEndpoint, facts: DeviceFacts): Promise<void> {
    endpoint.facts = facts;
    const row = await this.parts.store.read
      .selectFrom('devices')
      .selectAll()
      .where('id', '=', endpoint.device)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (row) await this.updateFacts(row, facts);
  }

  /** The customer has removed the endpoint: the device is deleted, and its key is never let in again. */
  async leave(endpoint: LiveEndpoint): Promise<void> {
    await this.parts.store.write(async (tx) => {
      const row = await tx.db.selectFrom('devices').selectAll().where('id', '=', endpoint.device).executeTakeFirst();
      if (!row || row.deleted_at !== null) return;
      const change = { deleted_at: Date.now(), seq: await tx.nextSeq() };
      await tx.db.updateTable('devices').set(change).where('id', '=', row.id).execute();
      await tx.audit({
        actor: { kind: 'endpoint', id: row.id, name: row.host_name, from: endpoint.from },
        action: 'device.leave',
        devices: [row.id],
        before: { nickname: row.nickname, hostName: row.host_name, group: row.group_id },
      });
      this.parts.events.announce(tx, { ...row, ...change });
    });
  }

  private tellStanding({ row, movedFrom }: DeviceChange): void {
    const { live, presence, enrolment } = this.parts;
    const endpoint = live.get(row.id);
    if (!endpoint) return;
    // Its connection may last for a while: nobody is to see it as being there.
    if (row.deleted_at !== null) return presence.set(row.id, row.group_id, 'offline');
    if (movedFrom !== undefined || !presence.isThere(row.id)) {
      endpoint.group = row.group_id;
      presence.set(row.id, row.group_id, 'online');
    }
    endpoint.rpc.notify(endpointNotifications.standingChanged, enrolment.standing(row));
  }

  private async tellAll(): Promise<void> {
    for (const group of new Set([...this.parts.live].map((endpoint) => endpoint.group))) await this.tellGroup(group);
  }

  /** A group has another name: its endpoints show it. */
  private async tellGroup(group: string): Promise<void> {
    const endpoints = [...this.parts.live].filter((endpoint) => endpoint.group === group);
    if (endpoints.length === 0) return;
    const rows = await this.parts.store.read
      .selectFrom('devices')
      .selectAll()
      .where('group_id', '=', group)
      .where('deleted_at', 'is', null)
      .execute();
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const { device, rpc } of endpoints) {
      const row = byId.get(device);
      if (row) rpc.notify(endpointNotifications.standingChanged, this.parts.enrolment.standing(row));
    }
  }
}

const describe = (facts: DeviceFacts, address?: string): Record<string, unknown> => ({
  hostName: facts.hostName,
  ...(address !== undefined && { address }),
  ...(facts.serial && { serial: facts.serial }),
  ...(facts.smbiosUuid && { smbiosUuid: facts.smbiosUuid }),
});
