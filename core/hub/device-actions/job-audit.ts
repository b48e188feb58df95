import type { WriteTransaction } from '../store/store.ts';
import type { DeviceJobRow } from '../store/tables.ts';
import { actionOf, type JobCounts } from './job-rows.ts';

/** One entry for the whole job, with all its devices: written in the transaction that finishes it. */
export async function writeJobAudit(tx: WriteTransaction, job: DeviceJobRow, counts: JobCounts): Promise<void> {
  const { kind, ...wanted } = actionOf(job);
  const rows = await tx.db
    .selectFrom('device_job_devices')
    .select(['device_id', 'before', 'wanted', 'state'])
    .where('job_id', '=', job.id)
    .orderBy('position')
    .execute();
  const only = rows.length === 1 && rows[0]?.state === 'done' ? rows[0] : undefined;
  const key = kind === 'move' ? 'group' : 'nickname';
  const { done, failed, cancelled } = counts;
  await tx.audit({
    actor: { kind: 'technician', id: job.technician_id, name: job.technician_name, from: job.address },
    action: `device.${kind}`,
    outcome: done > 0 ? 'done' : 'failed',
    devices: rows.map(({ device_id }) => device_id),
    subject: { kind: 'deviceJob', id: job.id, name: '' },
    before: only ? { [key]: only.before } : null,
    after: {
      ...(only ? { [key]: only.wanted } : { ...(job.undoes === null && wanted), done, failed, cancelled }),
      ...(job.undoes !== null && { undoes: job.undoes }),
      ...(job.retries !== null && { retries: job.retries }),
    },
  });
}
