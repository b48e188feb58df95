import type { DeviceFacts } from '#protocol/facts.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import { factColumns } from '../devices/device-row.ts';
import { keyMark } from '../endpoints/hardware.ts';
import { keepMarks } from '../endpoints/known-computers.ts';
import type { WriteTransaction } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';

/** What a device has from now on. */
export interface NewHolder {
  readonly publicKey: string;
  readonly facts: DeviceFacts;
}

/**
 * Gives the device another key and the facts of the computer that holds it. The key that it had is never let in again as this
 * device. `change` is what else becomes of the row.
 */
export async function changeKey(
  tx: WriteTransaction,
  events: DeviceEvents,
  row: DeviceRow,
  { publicKey, facts }: NewHolder,
  change: Partial<DeviceRow> = {},
): Promise<DeviceRow> {
  const columns = {
    ...factColumns(facts),
    facts: JSON.stringify(facts),
    public_key: publicKey,
    ...change,
    seq: await tx.nextSeq(),
  };
  await tx.db.updateTable('devices').set(columns).where('id', '=', row.id).execute();
  await keepMarks(tx.db, row.id, facts, JSON.parse(row.facts) as DeviceFacts);
  await forgetKey(tx, publicKey);
  await tx.db
    .insertInto('device_marks')
    .values({ mark: keyMark(row.public_key), device_id: row.id })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const changed: DeviceRow = { ...row, ...columns };
  events.announce(tx, changed);
  return changed;
}

/** The key is a device's own again, or for the first time: no device had it before. */
export async function forgetKey({ db }: WriteTransaction, publicKey: string): Promise<void> {
  await db.deleteFrom('device_marks').where('mark', '=', keyMark(publicKey)).execute();
}

/** A deleted device exists again. */
export const undeleted = { deleted_at: null, deleted_by: null, state: 'active', waiting_for: null } as const;

/** What the hub knew of how the removal of a device that exists again went is forgotten. */
export async function forgetRemoval({ db }: WriteTransaction, device: string): Promise<void> {
  await db.deleteFrom('device_removals').where('device_id', '=', device).execute();
}
