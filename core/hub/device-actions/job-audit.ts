import type { AuditEntry } from '#protocol/audit.ts';
import type { WriteTransaction } from '../store/store.ts';
import type { DeviceJobRow } from '../store/tables.ts';
import type { Actor } from '../store/audit-writer.ts';
import { actionOf, type JobCounts } from './job-rows.ts';

/** The names of deleted devices that an entry keeps: replicas no longer know them. */
const mostNames = 50;

const actorOf = (job: DeviceJobRow): Actor => ({
  kind: 'technician',
  id: job.technician_id,
  name: job.technician_name,
  from: job.address,
});

const subjectOf = (job: DeviceJobRow): AuditEntry['subject'] => ({ kind: 'deviceJob', id: job.id, name: '' });

/** One entry for the whole job, with all its devices: written once nothing is pending, in the transaction that ends that. */
export async function writeJobAudit(tx: WriteTransaction, job: DeviceJobRow, counts: JobCounts): Promise<void> {
  const { kind, ...wanted } = actionOf(job);
  const rows = await tx.db
    .selectFrom('device_job_devices')
    .select(['device_id', 'before', 'wanted', 'state'])
    .where('job_id', '=', job.id)
    .orderBy('position')
    .execute();
  const key = kind === 'move' ? 'group' : kind === 'rename' ? 'nickname' : undefined;
  const only = rows.length === 1 && rows[0]?.state === 'done' && key ? rows[0] : undefined;
  const { done, failed, cancelled, queued } = counts;
  const names = kind === 'delete' ? await namesIn(tx, job.id) : [];
  await tx.audit({
    actor: actorOf(job),
    action: `device.${kind}`,
    outcome: done + queued > 0 ? 'done' : 'failed',
    devices: rows.map(({ device_id }) => device_id),
    subject: subjectOf(job),
    before: only && key ? { [key]: only.before } : null,
    after: {
      ...(only && key
        ? { [key]: only.wanted }
        : { ...(job.undoes === null && wanted), done, failed, cancelled, ...(queued > 0 && { queued }) }),
      ...(names.length > 0 && { names }),
      ...(job.undoes !== null && { undoes: job.undoes }),
      ...(job.retries !== null && { retries: job.retries }),
    },
  });
}

/** What waited for devices is over: what became of it. */
export async function writeQueueAudit(tx: WriteTransaction, job: DeviceJobRow): Promise<void> {
  const rows = await tx.db
    .selectFrom('device_job_devices')
    .select(['device_id', 'state'])
    .where('job_id', '=', job.id)
    .where('queued_at', 'is not', null)
    .orderBy('position')
    .execute();
  const number = (state: string): number => rows.filter((row) => row.state === state).length;
  const done = number('done');
  await tx.audit({
    actor: actorOf(job),
    action: `device.${actionOf(job).kind}`,
    outcome: done > 0 ? 'done' : 'failed',
    devices: rows.map(({ device_id }) => device_id),
    subject: subjectOf(job),
    after: { whenOnline: { done, failed: number('failed'), cancelled: number('cancelled') } },
  });
}

async function namesIn({ db }: WriteTransaction, job: string): Promise<string[]> {
  const rows = await db
    .selectFrom('device_job_devices as j')
    .innerJoin('devices', 'devices.id', 'j.device_id')
    .select(['nickname', 'host_name'])
    .where('j.job_id', '=', job)
    .where('j.state', '=', 'done')
    .orderBy('j.position')
    .limit(mostNames)
    .execute();
  return rows.map(({ nickname, host_name }) => nickname ?? host_name);
}
