import { subnetOf } from '#core/base/wake/ipv4-subnet.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { wakeRelay, type WakeRelay } from '#protocol/wake.ts';
import { z } from 'zod';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { Store } from '../store/store.ts';
import type { SecretSeal } from '../two-factor/secret-seal.ts';
import { hasGroup, requireAdministrator, type TechnicianActor } from '../workbench/technician-actor.ts';

/** Under which they are kept. */
const relaysSetting = 'wakeRelays';
const passwordOf = (device: string): string => `wake:${device}`;
const secretsAtOnce = 1000;

/** What is set about waking: from where subnets are reached, and cards' SecureOn passwords, which are kept sealed. */
export class WakeSettings {
  private readonly store: Store;
  private readonly permissions: PermissionService;
  private readonly seal: SecretSeal;

  constructor(store: Store, permissions: PermissionService, seal: SecretSeal) {
    this.store = store;
    this.permissions = permissions;
    this.seal = seal;
  }

  async relays(): Promise<WakeRelay[]> {
    const row = await this.store.read
      .selectFrom('account_settings')
      .select('value')
      .where('name', '=', relaysSetting)
      .executeTakeFirst();
    return row ? z.array(wakeRelay).parse(JSON.parse(row.value)) : [];
  }

  /** @throws LatchkeyError `permission.administratorOnly`, `wake.subnetInvalid` */
  async setRelays(actor: TechnicianActor, wanted: readonly WakeRelay[]): Promise<void> {
    requireAdministrator(actor, 'wake.setRelays');
    const relays = wanted.map(({ subnet, through }) => ({ subnet: normal(subnet), through: normal(through) }));
    const value = JSON.stringify(relays);
    const before = await this.relays();
    await this.store.write(async (tx) => {
      await tx.db
        .insertInto('account_settings')
        .values({ name: relaysSetting, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
      await tx.audit({ actor, action: 'wake.setRelays', before: { relays: before }, after: { relays } });
    });
  }

  /**
   * @param password six bytes in hexadecimal, with colons; null: none
   * @throws LatchkeyError `permission.switchedOff`, `device.notFound`
   */
  async setPassword(actor: TechnicianActor, device: string, password: string | null): Promise<void> {
    this.permissions.require(actor, 'device.wake');
    await this.store.write(async (tx) => {
      const row = await tx.db
        .selectFrom('devices')
        .select('group_id')
        .where('id', '=', device)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      if (!row || !hasGroup(actor, row.group_id)) throw new LatchkeyError('device.notFound', { device });
      const name = passwordOf(device);
      const before = await tx.db.deleteFrom('secrets').where('name', '=', name).returning('name').executeTakeFirst();
      if (password !== null) {
        const value = this.seal.seal(password, device);
        await tx.db.insertInto('secrets').values({ name, value }).execute();
      }
      await tx.audit({
        actor,
        action: 'wake.setPassword',
        devices: [device],
        before: { password: before !== undefined },
        after: { password: password !== null },
      });
    });
  }

  /** The passwords of those devices that have one. */
  async passwords(devices: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (let start = 0; start < devices.length; start += secretsAtOnce) {
      const names = devices.slice(start, start + secretsAtOnce).map(passwordOf);
      const rows = await this.store.read.selectFrom('secrets').selectAll().where('name', 'in', names).execute();
      for (const { name, value } of rows) {
        const device = name.slice(passwordOf('').length);
        found.set(device, this.seal.open(value, device));
      }
    }
    return found;
  }
}

function normal(text: string): string {
  const subnet = subnetOf(text);
  if (!subnet) throw new LatchkeyError('wake.subnetInvalid', { subnet: text });
  return subnet.cidr;
}
