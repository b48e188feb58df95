import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startTestAccount } from '#core/testing/test-account.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { newFacts, openEndpoint } from '#core/testing/test-endpoint.ts';
import { tokenRequests } from '#protocol/accounts.ts';

const program = fileURLToPath(new URL('../latchkey.ts', import.meta.url));

it('X9: the command line lists devices by query, with the columns and in the order that are wanted, as CSV too', async () => {
  const { hub, admin, newGroup } = await startTestAccount();
  const { token } = await newGroup();
  const mac = '00:1a:2b:3c:4d:5e';
  const interfaces = [{ name: 'eth0', mac, addresses: ['10.1.2.3/24'] }];
  await openEndpoint(hub, { token, facts: { ...newFacts(), hostName: 'front-1', interfaces } });
  await openEndpoint(hub, { token, facts: { ...newFacts(), hostName: 'front-2', users: ['=cmd'] } });
  await openEndpoint(hub, { token, facts: { ...newFacts(), hostName: 'back' } });
  const { secret } = await admin.rpc.request(tokenRequests.create, { name: 'CLI', expiresAt: null });
  const env = {
    ...process.env,
    LATCHKEY_TOKEN: secret,
    LATCHKEY_HUB: hub.url,
    XDG_CONFIG_HOME: temporaryFolder(),
    LC_ALL: 'C',
  };
  const latchkey = (...words: string[]): Promise<{ code: unknown; out: string; err: string }> =>
    new Promise((resolve) => {
      const args = [program, 'devices', '--hub', hub.url, ...words];
      execFile(process.execPath, args, { env, timeout: 60_000 }, (error, out, err) =>
        resolve({ code: error ? error.code : 0, out, err }),
      );
    });

  const csv = await latchkey('host:front', '--columns', 'host,user', '--sort=-host', '--csv', '--bom');
  assert.equal(csv.code, 0, csv.err);
  assert.match(csv.out, /^\ufeffhost,user\r\nfront-2,'=cmd\r\nfront-1,[^\r]*\r\n$/);
  const json = await latchkey('(ip:10.1.2.0/24', 'or', 'host=back)', `mac:${mac}`, '--columns', 'name,mac', '--json');
  assert.deepEqual(JSON.parse(json.out), [{ name: 'front-1', mac: [mac] }], json.err);
  assert.match((await latchkey('seen<1h', '--columns', 'name,seen')).out, /^NAME +SEEN\nback +20/);
  const wrong = await latchkey('--columns', 'colour');
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /no column “colour”/);
  assert.equal((await latchkey('seen>soon')).code, 2);
  const open = await latchkey('os:linux((');
  assert.equal(open.code, 2);
  assert.match(open.err, /“os:linux\(\(”.*at character 9, a parenthesis is not closed/s);
});
