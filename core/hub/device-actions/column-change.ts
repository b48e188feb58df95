import { sql } from 'kysely';
import type { DeviceAction, DeviceActionProblem } from '#protocol/device-actions.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import type { GroupService } from '../groups/group-service.ts';
import type { WriteTransaction } from '../store/store.ts';
import type { DeviceJobRow, DeviceRow } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { ChunkOutcome, JobChange, JobDevice, PresentDevice } from './job-change.ts';

type ColumnAction = Extract<DeviceAction, { kind: 'move' | 'rename' }>;

const columns = { move: 'group_id', rename: 'nickname' } as const satisfies Record<
  ColumnAction['kind'],
  keyof DeviceRow
>;

/** Sets one column of devices, and keeps what stood there: moving and renaming, and taking either back. */
export class ColumnChange implements JobChange {
  private readonly events: DeviceEvents;
  private readonly groups: GroupService;

  constructor(events: DeviceEvents, groups: GroupService) {
    this.events = events;
    this.groups = groups;
  }

  async run(
    tx: WriteTransaction,
    actor: TechnicianActor,
    job: DeviceJobRow,
    action: ColumnAction,
    devices: readonly JobDevice[],
  ): Promise<ChunkOutcome> {
    const column = columns[action.kind];
    const problems = new Map<string, DeviceActionProblem>();
    const changing: PresentDevice[] = [];
    const targets = action.kind === 'move' ? await this.checkTargets(tx, actor, devices) : undefined;
    for (const each of devices) {
      const { row, device, wanted } = each;
      if (!row || row.deleted_at !== null || !hasGroup(actor, row.group_id)) {
        problems.set(device, new LatchkeyError('device.notFound', { device }).toData());
      } else if (job.undoes !== null && row[column] !== each.expected) {
        problems.set(device, await this.conflict(tx, action, row, each.expected));
      } else {
        const refused = targets?.get(wanted ?? '');
        if (refused) problems.set(device, refused);
        else if (row[column] !== wanted) changing.push({ ...each, row });
      }
    }
    await this.keepBefore(tx, job, column, devices, problems);
    if (changing.length > 0) await this.change(tx, job, column, changing);
    return problems;
  }

  /** Groups that devices can't be moved to: one that vanished meanwhile, or is no longer assigned. */
  private async checkTargets(
    { db }: WriteTransaction,
    actor: TechnicianActor,
    devices: readonly JobDevice[],
  ): Promise<Map<string, DeviceActionProblem>> {
    const refused = new Map<string, DeviceActionProblem>();
    for (const group of new Set(devices.map(({ wanted }) => wanted ?? ''))) {
      try {
        await this.groups.require(actor, group, db);
      } catch (error) {
        if (!(error instanceof LatchkeyError)) throw error;
        refused.set(group, error.toData());
      }
    }
    return refused;
  }

  private async conflict(
    tx: WriteTransaction,
    action: ColumnAction,
    row: DeviceRow,
    expected: string | null,
  ): Promise<DeviceActionProblem> {
    const device = row.nickname ?? row.host_name;
    if (action.kind === 'rename') {
      return new LatchkeyError('device.changedSince', {
        device,
        expected: expected ?? row.host_name,
        now: device,
      }).toData();
    }
    const groups = [expected ?? '', row.group_id];
    const names = await tx.db.selectFrom('device_groups').select(['id', 'name']).where('id', 'in', groups).execute();
    const nameOf = (id: string): string => names.find((each) => each.id === id)?.name ?? id;
    const [was, now] = groups.map(nameOf);
    return new LatchkeyError('device.changedSince', { device, expected: was ?? '', now: now ?? '' }).toData();
  }

  private async keepBefore(
    { db }: WriteTransaction,
    job: DeviceJobRow,
    column: 'group_id' | 'nickname',
    devices: readonly JobDevice[],
    problems: ChunkOutcome,
  ): Promise<void> {
    const kept = devices.filter(({ device }) => !problems.has(device)).map(({ device }) => device);
    if (kept.length === 0) return;
    await db
      .updateTable('device_job_devices')
      .set((eb) => ({
        state: 'done',
        before: eb.selectFrom('devices').select(column).whereRef('devices.id', '=', 'device_job_devices.device_id'),
      }))
      .where('job_id', '=', job.id)
      .where('device_id', 'in', kept)
      .execute();
  }

  /** One statement for all: each gets a number of its own, in the order of the job. */
  private async change(
    tx: WriteTransaction,
    job: DeviceJobRow,
    column: 'group_id' | 'nickname',
    changing: readonly PresentDevice[],
  ): Promise<void> {
    const first = changing[0]?.position ?? 0;
    const base = (await tx.nextSeqs((changing.at(-1)?.position ?? 0) - first + 1)) - first;
    const seq = sql<number>`${sql.lit(base)} + j.position`;
    await tx.db
      .updateTable('devices')
      .from('device_job_devices as j')
      .set((eb) => ({ [column]: eb.ref('j.wanted'), seq, ...(column === 'group_id' && { moved_seq: seq }) }))
      .where('j.job_id', '=', job.id)
      .whereRef('j.device_id', '=', 'devices.id')
      .where(
        'devices.id',
        'in',
        changing.map(({ device }) => device),
      )
      .execute();
    for (const { row, position, wanted } of changing) {
      const seq = base + position;
      if (column === 'nickname') this.events.announce(tx, { ...row, nickname: wanted, seq });
      else this.events.announce(tx, { ...row, group_id: wanted ?? '', seq, moved_seq: seq }, row.group_id);
    }
  }
}
