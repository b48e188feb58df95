// `node hub.ts ADDRESS`: the hub of a wake test, in the network namespace that it is started in, driven by lines of JSON:
// `{ method, params }` is asked of it as its administrator asks; the answer is `{ result }` or `{ error }`. `clock/advance` sets the
// clock of its schedules forward, by `minutes`.
import { createInterface } from 'node:readline';
import { startHub } from '#core/hub/hub.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { presenceRequests } from '#protocol/presence.ts';
import { wakeRequests } from '#protocol/wake.ts';
import type { RequestContract } from '#protocol/messages.ts';
import { openWorkbench } from '../test-hub.ts';

const [address = '', data = ''] = process.argv.slice(2);
const admin = { email: 'admin@example.com', password: 'correct horse battery' };
let ahead = 0;
const hub = await startHub({
  host: '0.0.0.0',
  port: 7420,
  data,
  publicUrl: `http://${address}:7420`,
  behindProxy: true,
  admin,
  logLevel: 'error',
  times: { wake: 4 },
  now: () => Date.now() + ahead,
});
const { rpc } = await openWorkbench(hub.url);
const contracts = [
  groupRequests.create,
  installerRequests.generate,
  presenceRequests.watch,
  wakeRequests.run,
  wakeRequests.setRelays,
  wakeRequests.saveSchedule,
  wakeRequests.history,
] as readonly unknown[] as readonly RequestContract<never, unknown>[];
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
say({ url: hub.url });
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { method, params } = JSON.parse(line) as { method: string; params: never };
  if (method === 'clock/advance') {
    ahead += (params as { minutes: number }).minutes * 60_000;
    return say({ result: {} });
  }
  const contract = contracts.find((each) => each.method === method);
  if (!contract) return say({ error: `no ${method}` });
  rpc.request(contract, params, { timeout: 20 }).then(
    (result) => say({ result }),
    (error: Error) => say({ error: error.message }),
  );
});
lines.on('close', () => void hub.close().then(() => process.exit(0)));
