import type { Observable, Subscription } from 'rxjs';
import { endpointNotifications } from '#protocol/endpoint.ts';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { hubRequests } from '#protocol/hub.ts';
import type { DeviceChange, DeviceEvents } from '../devices/device-events.ts';
import { factColumns } from '../devices/device-row.ts';
import { requirePresent, type EnrolmentService } from '../enrolment/enrolment-service.ts';
import type { KeyHolders } from '../device-matches/key-holders.ts';
import { describe } from '../device-matches/match-rows.ts';
import type { GroupChange } from '../groups/group-service.ts';
import type { HubPart } from '../hub-part.ts';
import type { PresenceTracker } from '../presence/presence-tracker.ts';
import type { Store } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';
import { RecentKeys } from './recent-keys.ts';
import { keepMarks } from './known-computers.ts';
import type { LiveEndpoint, LiveEndpoints } from './live-endpoints.ts';

/** Milliseconds for which a copy that keeps trying is not put down again. */
const copyInterval = 24 * 60 * 60 * 1000;
/** Milliseconds within which a device's place is taken twice only by two computers. */
const twinInterval = 60 * 60 * 1000;
/** The most of either that are remembered. */
const mostCopies = 10_000;
/** Seconds for a computer that is connected to show that it is there. */
const patience = 3;

export interface EndpointServiceParts {
  readonly store: Store;
  readonly events: DeviceEvents;
  readonly groupChanges$: Observable<GroupChange>;
  /** The support organisation's name, which customers are shown. */
  readonly organisation$: Observable<string>;
  readonly enrolment: EnrolmentService;
  readonly keyHolders: KeyHolders;
  readonly presence: PresenceTracker;
  readonly live: LiveEndpoints;
}

/** What connected endpoints do and are told: who they are, what their computers are like, where they stand. */
export class EndpointService implements HubPart {
  private readonly parts: EndpointServiceParts;
  private subscriptions: Subscription[] = [];
  /** Copies of devices that were put down, by device, host name and address. */
  private readonly copies = new RecentKeys(copyInterval, mostCopies);
  /** Devices whose place was taken while their computer was there: once it may be handed on, from one program to another. */
  private readonly twins = new RecentKeys(twinInterval, mostCopies);

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
   * @throws LatchkeyError `endpoint.unknownKey`, `enrolment.deviceRemoved`, `endpoint.keySuperseded`, or as `admitHolder`
   */
  async identify(publicKey: string, facts: DeviceFacts, from: string): Promise<DeviceRow> {
    const row = await this.parts.store.read
      .selectFrom('devices')
      .selectAll()
      .where('public_key', '=', publicKey)
      .executeTakeFirst();
    if (!row) return this.parts.keyHolders.returned(publicKey, facts, from);
    return this.admitHolder(requirePresent(row), facts, from);
  }

  /**
   * Lets a computer that brings the device's key be the device, with its facts brought up to date. One that certainly is
   * another computer, a copy of a disk, is not let in as this device; one that may be is, with a question to technicians,
   * unless the device is there already.
   * @throws LatchkeyError `endpoint.keyCopied`, `endpoint.keyInUse`
   */
  async admitHolder(row: DeviceRow, facts: DeviceFacts, from: string): Promise<DeviceRow> {
    const { keyHolders, live } = this.parts;
    const verdict = row.facts === JSON.stringify(facts) ? 'same' : await keyHolders.verdict(row, facts);
    if (verdict === 'same') {
      await this.requireNoTwin(row, facts, from);
      return this.updateFacts(row, facts);
    }
    if (verdict === 'other') {
      await this.recordCopy(row, facts, from, 'endpoint.keyCopied');
      throw new LatchkeyError('endpoint.keyCopied', { host: row.host_name });
    }
    await keyHolders.askAboutHardware(row, facts, from);
    if (live.get(row.id)) {
      await this.recordCopy(row, facts, from, 'endpoint.keyInUse');
      throw new LatchkeyError('endpoint.keyInUse', { host: row.host_name });
    }
    await this.recordOtherHardware(row, JSON.parse(row.facts) as DeviceFacts, facts, from);
    return this.updateFacts(row, facts);
  }

  /**
   * A copied virtual machine has its original's key and hardware: both would take the device's place from one another for
   * ever. Where the one that is connected answers, it is not the one that comes; happening again, they are two computers.
   * The one that is there stays, and a technician is asked.
   * @throws LatchkeyError `endpoint.keyInUse`; `endpoint.keyCopied` once a technician has said that they are two
   */
  private async requireNoTwin(row: DeviceRow, facts: DeviceFacts, from: string): Promise<void> {
    const { keyHolders, live } = this.parts;
    const connected = live.get(row.id);
    if (!connected || !(await answers(connected))) return;
    const said = await keyHolders.saidOfTwins(row, facts);
    if ((said === undefined || said === 'same') && !this.twins.hasComeAgain(row.id)) return;
    await keyHolders.askAboutHardware(row, facts, from);
    const code = said === 'apart' ? 'endpoint.keyCopied' : 'endpoint.keyInUse';
    await this.recordCopy(row, facts, from, code);
    throw new LatchkeyError(code, { host: row.host_name });
  }

  /** Once a day for each copy that keeps trying. */
  private async recordCopy(row: DeviceRow, facts: DeviceFacts, from: string, error: ErrorCode): Promise<void> {
    if (this.copies.hasComeAgain(`${row.id} ${facts.hostName} ${from}`)) return;
    const connected = this.parts.live.get(row.id);
    await this.parts.store.write((tx) =>
      tx.audit({
        actor: { kind: 'endpoint', id: row.id, name: facts.hostName, from },
        action: 'endpoint.connect',
        outcome: 'refused',
        devices: [row.id],
        before: connected
          ? { connected: describe(connected.facts, connected.from) }
          : { known: describe(JSON.parse(row.facts) as DeviceFacts) },
        after: { error, refused: describe(facts, from) },
      }),
    );
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
      const change = { deleted_at: Date.now(), deleted_by: byCustomer(row), seq: await tx.nextSeq() };
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

/** Whether it is the customer who ends it, or a technician has asked for it before. */
const byCustomer = ({ state }: DeviceRow): 'customer' | null => (state === 'removing' ? null : 'customer');

/** Whether there is still somebody at the other end; a network that is gone says nothing for a while. */
const answers = ({ rpc }: LiveEndpoint): Promise<boolean> =>
  rpc.request(hubRequests.ping, {}, { timeout: patience }).then(
    () => true,
    (error: unknown) => !(error instanceof LatchkeyError && ['rpc.timeout', 'rpc.closed'].includes(error.code)),
  );
