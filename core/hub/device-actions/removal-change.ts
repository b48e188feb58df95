import { sql, type Kysely } from 'kysely';
import type { DeviceAction, DeviceActionProblem } from '#protocol/device-actions.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import type { GroupService } from '../groups/group-service.ts';
import type { WriteTransaction } from '../store/store.ts';
import type { DeviceJobRow, DeviceRemovalRow, DeviceRow, Tables } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { EndpointRemovals } from './endpoint-removals.ts';
import { nameOf, type ChunkOutcome, type JobChange, type JobDevice, type PresentDevice } from './job-change.ts';

type RemovalAction = Extract<DeviceAction, { kind: 'delete' | 'removeAccess' | 'restore' }>;
type Removal = Pick<DeviceRemovalRow, 'device_id' | 'job_id' | 'technician_name' | 'begun_at' | 'done_at'>;

/** What a device is when it is neither deleted nor being removed. */
const usualState = (row: DeviceRow): DeviceRow['state'] =>
  row.waiting_for !== null ? 'waiting' : row.access_blocked === 1 ? 'blocked' : 'active';

/** Deletes devices, takes unattended access from them, and takes either back while their endpoints have not begun to go. */
export class RemovalChange implements JobChange {
  private readonly events: DeviceEvents;
  private readonly groups: GroupService;
  private readonly removals: EndpointRemovals;

  constructor(events: DeviceEvents, groups: GroupService, removals: EndpointRemovals) {
    this.events = events;
    this.groups = groups;
    this.removals = removals;
  }

  async run(
    tx: WriteTransaction,
    actor: TechnicianActor,
    job: DeviceJobRow,
    action: RemovalAction,
    devices: readonly JobDevice[],
  ): Promise<ChunkOutcome> {
    const restores = job.undoes !== null || action.kind === 'restore';
    const known = await readRemovals(tx.db, devices);
    const problems = new Map<string, DeviceActionProblem>();
    const changing: PresentDevice[] = [];
    const unchanged: string[] = [];
    for (const each of devices) {
      const { row, device } = each;
      const problem = !row || !hasGroup(actor, row.group_id) ? notFound(device) : undefined;
      if (problem || !row) {
        problems.set(device, (problem ?? notFound(device)).toData());
        continue;
      }
      const isThere = row.deleted_at === null && row.state !== 'removing';
      if (restores) {
        const refused = isThere
          ? undefined
          : (cannotRestore(row, known.get(device), each.expected) ?? (await this.noGroup(tx, actor, action, row)));
        if (refused) problems.set(device, refused.toData());
        else if (isThere) unchanged.push(device);
        else changing.push({ ...each, row });
      } else if (row.deleted_at !== null) problems.set(device, notFound(device).toData());
      else if (action.kind === 'removeAccess' && !isThere) unchanged.push(device);
      else changing.push({ ...each, row });
    }
    await settle(tx.db, job.id, unchanged, true);
    await settle(tx.db, job.id, idsOf(changing), false);
    if (changing.length === 0) return problems;
    if (restores) await this.restore(tx, job, action, changing);
    else await this.remove(tx, job, action, changing, known);
    return problems;
  }

  private async noGroup(
    { db }: WriteTransaction,
    actor: TechnicianActor,
    action: RemovalAction,
    row: DeviceRow,
  ): Promise<LatchkeyError | undefined> {
    const group = groupFor(action, row);
    try {
      await this.groups.require(actor, group, db);
      return undefined;
    } catch (error) {
      if (!(error instanceof LatchkeyError)) throw error;
      const gone = error.code === 'group.notFound' && group === row.group_id;
      return gone ? new LatchkeyError('device.groupGone', { device: nameOf(row) }) : error;
    }
  }

  private async remove(
    tx: WriteTransaction,
    job: DeviceJobRow,
    { kind }: RemovalAction,
    changing: readonly PresentDevice[],
    known: ReadonlyMap<string, Removal>,
  ): Promise<void> {
    const now = Date.now();
    const change = kind === 'delete' ? { deleted_at: now } : { state: 'removing' as const };
    const seqOf = await this.update(tx, job, changing, change);
    await tx.db.deleteFrom('device_removals').where('device_id', 'in', idsOf(changing)).execute();
    await tx.db
      .insertInto('device_removals')
      .values(
        changing.map(({ device }) => ({
          device_id: device,
          job_id: job.id,
          technician_name: job.technician_name,
          at: now,
          // One that has begun to go can't be called back by deleting it once more.
          begun_at: known.get(device)?.begun_at ?? null,
          done_at: known.get(device)?.done_at ?? null,
          problem: null,
        })),
      )
      .execute();
    tx.afterCommit(() => this.removals.hold(idsOf(changing)));
    for (const each of changing) this.events.announce(tx, { ...each.row, ...change, seq: seqOf(each) });
  }

  private async restore(
    tx: WriteTransaction,
    job: DeviceJobRow,
    action: RemovalAction,
    changing: readonly PresentDevice[],
  ): Promise<void> {
    const seqOf = await this.update(tx, job, changing, {
      deleted_at: null,
      state: sql<DeviceRow['state']>`case when devices.waiting_for is not null then 'waiting'
        when devices.access_blocked = 1 then 'blocked' else 'active' end`,
    });
    await tx.db.deleteFrom('device_removals').where('device_id', 'in', idsOf(changing)).execute();
    const moved = changing.filter(({ row }) => groupFor(action, row) !== row.group_id);
    if (moved.length > 0 && action.kind === 'restore' && action.group !== undefined) {
      await tx.db
        .updateTable('devices')
        .set((eb) => ({ group_id: action.group as string, moved_seq: eb.ref('seq') }))
        .where('id', 'in', idsOf(moved))
        .execute();
    }
    for (const each of changing) {
      const { row } = each;
      const [seq, group] = [seqOf(each), groupFor(action, row)];
      const now = { ...row, deleted_at: null, state: usualState(row), group_id: group, seq };
      if (group === row.group_id) this.events.announce(tx, now);
      else this.events.announce(tx, { ...now, moved_seq: seq }, row.group_id);
    }
  }

  /** One statement for all: each gets a number of its own, in the order of the job. */
  private async update(
    tx: WriteTransaction,
    job: DeviceJobRow,
    changing: readonly PresentDevice[],
    change: object,
  ): Promise<(device: JobDevice) => number> {
    const first = changing[0]?.position ?? 0;
    const base = (await tx.nextSeqs((changing.at(-1)?.position ?? 0) - first + 1)) - first;
    await tx.db
      .updateTable('devices')
      .from('device_job_devices as j')
      .set({ ...change, seq: sql<number>`${sql.lit(base)} + j.position` })
      .where('j.job_id', '=', job.id)
      .whereRef('j.device_id', '=', 'devices.id')
      .where('devices.id', 'in', idsOf(changing))
      .execute();
    return ({ position }) => base + position;
  }
}

const idsOf = (devices: readonly JobDevice[]): string[] => devices.map(({ device }) => device);

const notFound = (device: string): LatchkeyError => new LatchkeyError('device.notFound', { device });

const groupFor = (action: RemovalAction, row: DeviceRow): string =>
  (action.kind === 'restore' ? action.group : undefined) ?? row.group_id;

function cannotRestore(
  row: DeviceRow,
  removal: Removal | undefined,
  expected: string | null,
): LatchkeyError | undefined {
  const device = nameOf(row);
  // Without a technician's job behind it the endpoint went first.
  if (!removal || removal.job_id === null || removal.begun_at !== null) {
    return new LatchkeyError('device.removalBegun', { device });
  }
  if (expected === null || removal.job_id === expected) return undefined;
  return new LatchkeyError('device.removedAgain', { device, technician: removal.technician_name ?? '' });
}

async function readRemovals(db: Kysely<Tables>, devices: readonly JobDevice[]): Promise<Map<string, Removal>> {
  const rows = await db
    .selectFrom('device_removals')
    .select(['device_id', 'job_id', 'technician_name', 'begun_at', 'done_at'])
    .where('device_id', 'in', idsOf(devices))
    .execute();
  return new Map(rows.map((row) => [row.device_id, row]));
}

/** @param asItWas nothing had to be changed, and nothing is there to take back */
async function settle(db: Kysely<Tables>, job: string, devices: readonly string[], asItWas: boolean): Promise<void> {
  if (devices.length === 0) return;
  await db
    .updateTable('device_job_devices')
    .set((eb) => ({ state: 'done', ...(asItWas && { before: eb.ref('wanted') }) }))
    .where('job_id', '=', job)
    .where('device_id', 'in', [...devices])
    .execute();
}
