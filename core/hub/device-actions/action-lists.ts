import { sql } from 'kysely';
import type { DeletedDevice, DeviceActionProblem, QueuedAction } from '#protocol/device-actions.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Store } from '../store/store.ts';
import type { DeviceRemovalRow } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import { actionOf } from './job-rows.ts';

/** What technicians look up about actions: what waits for devices, and which devices were deleted. */
export class ActionLists {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /**
   * What waits for devices, oldest first: of one device whoever may see it, else the actor's own jobs; an administrator's
   * are everybody's.
   * @throws LatchkeyError `device.notFound`
   */
  async queued(
    actor: TechnicianActor,
    { device, limit }: { readonly device?: string | undefined; readonly limit: number },
  ): Promise<{ actions: QueuedAction[]; total: number }> {
    const isAdministrator = actor.role === 'administrator';
    let query = this.store.read
      .selectFrom('device_job_devices as q')
      .innerJoin('device_jobs as j', 'j.id', 'q.job_id')
      .innerJoin('devices', 'devices.id', 'q.device_id')
      .where('q.state', '=', 'queued');
    if (device !== undefined) {
      await this.requireVisible(actor, device);
      query = query.where('q.device_id', '=', device);
    } else if (!isAdministrator) query = query.where('j.technician_id', '=', actor.id);
    const { total } = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await query
      .select(['q.job_id', 'q.device_id', 'q.queued_at', 'devices.nickname', 'devices.host_name', 'devices.group_id'])
      .select(['j.action', 'j.expires_at', 'j.technician_id', 'j.technician_name'])
      .orderBy('q.queued_at')
      .orderBy('q.job_id')
      .orderBy('q.position')
      .limit(limit)
      .execute();
    const actions = rows.map((row): QueuedAction => ({
      job: row.job_id,
      device: row.device_id,
      name: hasGroup(actor, row.group_id) ? (row.nickname ?? row.host_name) : '',
      kind: actionOf(row).kind as QueuedAction['kind'],
      technician: { id: row.technician_id, name: row.technician_name },
      queuedAt: row.queued_at ?? 0,
      expiresAt: row.expires_at ?? 0,
      cancellable: isAdministrator || row.technician_id === actor.id,
    }));
    return { actions, total: Number(total) };
  }

  /** Deleted devices of the actor's groups, the last one first. @param search part of a name */
  async deleted(
    actor: TechnicianActor,
    { search, limit }: { readonly search: string; readonly limit: number },
  ): Promise<{ devices: DeletedDevice[]; total: number }> {
    let query = this.store.read
      .selectFrom('devices')
      .leftJoin('device_removals as r', 'r.device_id', 'devices.id')
      .leftJoin('device_groups as g', (join) =>
        join.onRef('g.id', '=', 'devices.group_id').on('g.deleted_at', 'is', null),
      )
      .where('devices.deleted_at', 'is not', null);
    if (actor.groups !== 'all') {
      if (actor.groups.size === 0) return { devices: [], total: 0 };
      query = query.where('devices.group_id', 'in', [...actor.groups]);
    }
    if (search !== '') {
      const part = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
      query = query.where(({ eb }) =>
        eb.or(
          ['nickname', 'host_name'].map((name) => {
            const column = sql.ref(`devices.${name}`);
            return sql<boolean>`lower(${column}) like ${part} escape '\\'`;
          }),
        ),
      );
    }
    const { total } = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await query
      .select(['devices.id', 'devices.nickname', 'devices.host_name', 'devices.group_id', 'devices.deleted_at'])
      .select(['g.name as group_name', 'r.job_id', 'r.technician_name', 'r.begun_at', 'r.done_at', 'r.problem'])
      .orderBy('devices.deleted_at', 'desc')
      .orderBy('devices.id')
      .limit(limit)
      .execute();
    const devices = rows.map((row): DeletedDevice => ({
      device: row.id,
      name: row.nickname ?? row.host_name,
      hostName: row.host_name,
      group: row.group_id,
      groupName: row.group_name ?? '',
      deletedAt: row.deleted_at ?? 0,
      deletedBy: row.technician_name,
      removal: removalOf(row),
      problem: row.problem === null ? null : (JSON.parse(row.problem) as DeviceActionProblem),
      restorable: row.job_id !== null && row.begun_at === null,
    }));
    return { devices, total: Number(total) };
  }

  private async requireVisible(actor: TechnicianActor, device: string): Promise<void> {
    const row = await this.store.read
      .selectFrom('devices')
      .select('group_id')
      .where('id', '=', device)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!row || !hasGroup(actor, row.group_id)) throw new LatchkeyError('device.notFound', { device });
  }
}

type Progress = Pick<DeviceRemovalRow, 'begun_at' | 'done_at' | 'problem'>;

/** Without a row the endpoint went first: its customer has removed it. */
function removalOf(
  row: { [K in keyof Progress]: Progress[K] | null } & { job_id: string | null },
): DeletedDevice['removal'] {
  if (row.done_at !== null) return 'gone';
  if (row.problem !== null) return 'failed';
  if (row.begun_at !== null) return 'begun';
  return row.job_id === null ? 'gone' : 'waiting';
}
