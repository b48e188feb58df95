import type { Subscription } from 'rxjs';
import type { Disposable } from '#core/base/lifecycle.ts';
import { endpointNotifications, endpointRequests, removalPurpose } from '#protocol/endpoint.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ParamsOf } from '#protocol/messages.ts';
import type { DeviceChange, DeviceEvents } from '../devices/device-events.ts';
import type { EndpointDoor, EndpointHandlers } from '../endpoints/endpoint-handlers.ts';
import type { LiveEndpoints } from '../endpoints/live-endpoints.ts';
import type { HubPart } from '../hub-part.ts';
import type { Actor } from '../store/audit-writer.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { DeviceRemovalRow, DeviceRow } from '../store/tables.ts';

type Removal = ParamsOf<typeof endpointRequests.removal>;

export interface EndpointRemovalParts {
  readonly store: Store;
  readonly live: LiveEndpoints;
  readonly events: DeviceEvents;
  /** Milliseconds in which what technicians remove can be taken back from endpoints that are online too. */
  readonly grace: number;
}

/**
 * Has endpoints remove themselves whose devices are deleted, or are to lose access, and hears how that goes. Access has
 * ended by then; for a short while nothing is done to the computer, so that a slip can be undone. An endpoint asks before
 * it begins: from that answer on there is no way back.
 */
export class EndpointRemovals implements HubPart, EndpointHandlers {
  private readonly parts: EndpointRemovalParts;
  /** When the grace of each is over: the first one first. */
  private readonly held = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private subscription: Subscription | undefined;

  constructor(parts: EndpointRemovalParts) {
    this.parts = parts;
  }

  start(): void {
    this.subscription = this.parts.events.changed$.subscribe((change) => this.changed(change));
  }

  stop(): void {
    this.subscription?.unsubscribe();
    clearTimeout(this.timer);
  }

  /** For these the grace begins now. To be called before their change is announced. */
  hold(devices: readonly string[]): void {
    const until = Date.now() + this.parts.grace;
    for (const device of devices) {
      this.held.delete(device);
      this.held.set(device, until);
    }
    this.schedule();
  }

  opened(door: EndpointDoor): Disposable {
    door.rpc.handle(endpointRequests.removal, async (removal) => {
      door.prove(removalPurpose, removal);
      return { remove: await this.parts.store.write((tx) => this.record(tx, removal, door.from)) };
    });
    // A device needs it as well.
    return { dispose() {} };
  }

  private changed({ row }: DeviceChange): void {
    if (row.deleted_at === null && row.state !== 'removing') this.held.delete(row.id);
    else if (!this.held.has(row.id)) this.tell(row.id, row.state === 'waiting' ? 'rejected' : 'deleted');
  }

  private tell(device: string, reason: 'deleted' | 'rejected'): void {
    this.parts.live.notify(device, endpointNotifications.remove, { reason });
  }

  private schedule(): void {
    const [first] = this.held.values();
    if (this.timer || first === undefined) return;
    this.timer = setTimeout(() => this.release(), Math.max(0, first - Date.now()));
    this.timer.unref();
  }

  private release(): void {
    this.timer = undefined;
    const now = Date.now();
    for (const [device, until] of this.held) {
      // A clock that was set back must not keep them for hours.
      if (until > now && until - now <= this.parts.grace) break;
      this.held.delete(device);
      this.tell(device, 'deleted');
    }
    this.schedule();
  }

  /** @returns whether the endpoint is to remove itself */
  private async record(tx: WriteTransaction, removal: Removal, from: string): Promise<boolean> {
    const { publicKey, stage, problem } = removal;
    const row = await tx.db.selectFrom('devices').selectAll().where('public_key', '=', publicKey).executeTakeFirst();
    if (!row) throw new LatchkeyError('endpoint.unknownKey');
    if (row.deleted_at === null && row.state !== 'removing') return false;
    if (stage === 'begin' && this.held.has(row.id)) return false;
    const known = await this.known(tx, row);
    const text = problem && JSON.stringify(problem);
    const now = Date.now();
    const actor: Actor = { kind: 'endpoint', id: row.id, name: row.host_name, from };
    const entry = { actor, action: 'device.uninstall', devices: [row.id] };
    const keep = (change: Partial<DeviceRemovalRow>): Promise<unknown> =>
      tx.db.updateTable('device_removals').set(change).where('device_id', '=', row.id).execute();
    switch (stage) {
      case 'begin':
        await keep({ begun_at: known.begun_at ?? now, problem: null });
        break;
      case 'failed':
        await keep({ problem: text, done_at: null });
        // One that tries for ever writes one line, not one each time.
        if (known.problem !== text) {
          await tx.audit({ ...entry, outcome: 'failed', after: { error: problem?.code, ...problem?.args } });
        }
        break;
      case 'done':
        await keep({ begun_at: known.begun_at ?? now, done_at: now, problem: null });
        if (known.done_at === null) await tx.audit(entry);
        if (row.deleted_at === null) await this.deleteRemoved(tx, row, now);
    }
    return true;
  }

  private async known({ db }: WriteTransaction, row: DeviceRow): Promise<DeviceRemovalRow> {
    const found = await db.selectFrom('device_removals').selectAll().where('device_id', '=', row.id).executeTakeFirst();
    if (found) return found;
    const made: DeviceRemovalRow = {
      device_id: row.id,
      job_id: null,
      technician_name: null,
      at: row.deleted_at ?? Date.now(),
      begun_at: null,
      done_at: null,
      problem: null,
    };
    await db.insertInto('device_removals').values(made).execute();
    return made;
  }

  /** Its access was removed, and now its endpoint is. */
  private async deleteRemoved(tx: WriteTransaction, row: DeviceRow, now: number): Promise<void> {
    const change = { deleted_at: now, seq: await tx.nextSeq() };
    await tx.db.updateTable('devices').set(change).where('id', '=', row.id).execute();
    this.parts.events.announce(tx, { ...row, ...change });
  }
}
