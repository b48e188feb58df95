import type { Disposable } from '#core/base/lifecycle.ts';
import { unpackDevices } from '#core/base/packed-devices.ts';
import { unpackPresences } from '#core/base/packed-presences.ts';
import { deviceNotifications, deviceRequests, type DeviceChanges, type ReplicaPosition } from '#protocol/devices.ts';
import { presenceNotifications, presenceRequests, type PresenceEntry } from '#protocol/presence.ts';
import type { HubConnection } from '../connection/hub-connection.ts';

/** What a feed keeps up to date. */
export interface FedReplica {
  /** What it holds; the hub is asked for what came since. null: nothing. */
  position(): ReplicaPosition | null;
  /** @param quietly more comes at once, and nobody needs to be told before that */
  apply(changes: DeviceChanges, quietly: boolean): void;
  setPresences(presences: readonly PresenceEntry[]): void;
  /** Who is not named is offline. */
  setAllPresences(presences: readonly PresenceEntry[]): void;
  /** It is as the hub has it, and follows. */
  caughtUp(): void;
  /** Changes may be missed from now on. */
  lost(): void;
}

/** Brings what changes in the hub to a replica: catches up from where that stands, then follows, without a gap between. */
export class ReplicaFeed {
  private readonly connection: HubConnection;
  private readonly replica: FedReplica;
  private state: 'idle' | 'catchingUp' | 'following' = 'idle';
  /** Counts the attempts to catch up: what an earlier one still gets is dropped. */
  private run = 0;
  /** What the hub told while the replica was catching up. */
  private queued: DeviceChanges[] = [];
  private queuedPresences: PresenceEntry[] = [];

  constructor(connection: HubConnection, replica: FedReplica) {
    this.connection = connection;
    this.replica = replica;
  }

  /** Nothing is to be begun: changes come in, or will in a moment. */
  get isRunning(): boolean {
    return this.state !== 'idle';
  }

  get isCatchingUp(): boolean {
    return this.state === 'catchingUp';
  }

  listen(): Disposable[] {
    return [
      this.connection.on(deviceNotifications.changed, (changes) => this.receive(changes)),
      this.connection.on(presenceNotifications.changed, ({ changes }) => {
        if (this.isCatchingUp) this.queuedPresences.push(...changes);
        else this.replica.setPresences(changes);
      }),
    ];
  }

  stop(): void {
    this.run++;
    this.state = 'idle';
    this.queued = [];
    this.queuedPresences = [];
  }

  /** @param opened the replica holds what was stored of it */
  async catchUp(opened: Promise<void>): Promise<void> {
    this.stop();
    const { run } = this;
    this.state = 'catchingUp';
    try {
      await opened;
      if (run !== this.run) return;
      let next: Promise<DeviceChanges> | undefined = this.ask(this.replica.position());
      let filling = false;
      while (next) {
        const page: DeviceChanges = await next;
        // The hub reads on while these are taken in.
        next = page.more ? this.ask(page.position) : undefined;
        const devices = page.packed === undefined ? page.devices : await unpackDevices(page.packed);
        if (run !== this.run) return;
        // Shown are the beginning and the whole: views that follow each page of many sort more than they show.
        this.replica.apply({ ...page, devices }, filling && page.more);
        filling ||= page.reset;
      }
      const { packed } = await this.connection.request(presenceRequests.watchPacked, {});
      const presences = await unpackPresences(packed);
      if (run !== this.run) return;
      this.replica.setAllPresences(presences);
      this.replica.setPresences(this.queuedPresences.splice(0));
    } catch {
      // Lost: the next connection begins again. A refusal by the hub leaves what is here, as it was.
      if (run !== this.run) return;
      this.stop();
      this.replica.lost();
      return;
    }
    this.state = 'following';
    this.replica.caughtUp();
    for (const changes of this.queued.splice(0)) this.receive(changes);
  }

  private ask(since: ReplicaPosition | null): Promise<DeviceChanges> {
    const answer = this.connection.request(deviceRequests.changes, { since, packed: true }, { timeout: 60 });
    answer.catch(() => {}); // told to who waits for it, unless nobody does any more
    return answer;
  }

  private receive(changes: DeviceChanges): void {
    if (this.state === 'idle') return;
    if (this.isCatchingUp) return void this.queued.push(changes);
    const { position } = changes;
    const known = this.replica.position();
    const another = !known || known.store !== position.store || known.scope !== position.scope;
    if (changes.reset || changes.more || another) {
      // There is more than fits a message, or another store or scope: ask from where the replica stands.
      if (changes.reset) this.replica.apply(changes, false);
      void this.catchUp(Promise.resolve());
      return;
    }
    if (position.seq > known.seq) this.replica.apply(changes, false); // else it was seen already
  }
}
