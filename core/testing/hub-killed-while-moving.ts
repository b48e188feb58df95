// A hub that begins to move all its devices to the group that is named, and is killed after some of them. For tests.
import { startHub } from '#core/hub/hub.ts';
import { DeviceJobService } from '#core/hub/device-actions/device-job-service.ts';
import { JobProgress } from '#core/hub/device-actions/job-progress.ts';
import { TechnicianDirectory } from '#core/hub/accounts/technician-directory.ts';
import { Store } from '#core/hub/store/store.ts';
import { adminEmail, adminPassword } from './test-hub.ts';

const [, , data, job, group] = process.argv as [string, string, string, string, string];
const admin = { email: adminEmail, password: adminPassword };
const hub = await startHub({ host: '127.0.0.1', port: 0, data, admin, logLevel: 'silent' });
const { read } = hub.get(Store);
const { id } = await read.selectFrom('technicians').select('id').executeTakeFirstOrThrow();
const devices = await read.selectFrom('devices').select('id').orderBy('id').execute();
let chunks = 0;
hub.get(JobProgress).progress$.subscribe(() => {
  // Soon, but not at once: in the middle of the next transaction.
  if (++chunks === 3) setTimeout(() => process.kill(process.pid, 'SIGKILL'), 2);
});
const actor = hub.get(TechnicianDirectory).actor(id, null);
await hub.get(DeviceJobService).start(
  actor,
  job,
  { kind: 'move', group },
  devices.map((device) => device.id),
);
