import { unpackParticulars } from '#core/base/packed-particulars.ts';
import { deviceRequests, type Particulars } from '#protocol/devices.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { DeviceReplica } from './device-replica.ts';

/** Milliseconds after which they are asked for anew, where somebody still wants them. */
const freshFor = 5 * 60_000;
/** Milliseconds before another attempt after one that failed. */
const pause = 30_000;

/**
 * Last contacts, signed-in users and addresses of all devices: asked for when a query or a column needs them, and no sooner.
 * They change with every sign-in and every lease, so that in the change log they would be told to everybody all day.
 */
export class DeviceParticulars {
  private readonly connection: HubConnection;
  private readonly replica: DeviceReplica;
  private loading: Promise<void> | undefined;
  private failedAt = -Infinity;

  constructor(connection: HubConnection, replica: DeviceReplica) {
    this.connection = connection;
    this.replica = replica;
  }

  /** Has them loaded, unless they are there; whoever follows the replica is told. */
  want(): void {
    if (Date.now() - this.failedAt < pause || this.replica.state !== 'live') return;
    void this.load().catch(() => (this.failedAt = Date.now()));
  }

  /**
   * Resolves once they are there.
   * @throws LatchkeyError `hub.unreachable`, or why the hub does not tell
   */
  load(): Promise<void> {
    const loadedAt = this.replica.particularsLoadedAt;
    if (loadedAt !== undefined && this.connection.now() - loadedAt < freshFor) return Promise.resolve();
    return (this.loading ??= this.read().finally(() => (this.loading = undefined)));
  }

  private async read(): Promise<void> {
    const owner = this.connection.identity?.technician.id;
    const found = new Map<string, Particulars>();
    let after: string | null = null;
    do {
      const page: { packed: string; next: string | null } = await this.connection.request(
        deviceRequests.particulars,
        { after },
        { timeout: 60 },
      );
      for (const [id, particulars] of await unpackParticulars(page.packed)) found.set(id, particulars);
      after = page.next;
    } while (after !== null);
    // Somebody else has signed in meanwhile: these are not for their eyes.
    if (this.connection.identity?.technician.id === owner) this.replica.setParticulars(found);
  }
}
