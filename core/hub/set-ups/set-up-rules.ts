import { deviceName } from '#protocol/devices.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { KnownComputers } from '../endpoints/known-computers.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';

/**
 * A computer that is a device already is not set up again (A4). Its name is told to those alone who may know it.
 * @throws LatchkeyError `setUp.alreadySetUp`
 */
export async function requireNoDevice(
  known: KnownComputers,
  actor: TechnicianActor,
  facts: DeviceFacts,
): Promise<void> {
  const row = await known.findConnected(facts);
  if (!row) return;
  const name = deviceName({ nickname: row.nickname, hostName: row.host_name });
  const device = hasGroup(actor, row.group_id) ? name : facts.hostName;
  throw new LatchkeyError('setUp.alreadySetUp', { device });
}
