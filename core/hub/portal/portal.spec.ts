import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { failsWith, until } from '#core/testing/expect.ts';
import { openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import {
  portalDownloadPath,
  portalInfo,
  portalInfoPath,
  portalPageRequests as requests,
  type PortalAppearance,
} from '#protocol/portal.ts';

const plain: PortalAppearance = { name: '', message: '', logo: '', color: null };
const dataUrl = (type: string, bytes: Buffer): string => `data:image/${type};base64,${bytes.toString('base64')}`;
const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(40)]);

describe('The public pages', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
  });
  const info = async (on: TestHub = hub): Promise<ReturnType<typeof portalInfo.parse>> =>
    portalInfo.parse(await (await fetch(on.url + portalInfoPath)).json());

  it('look as an administrator says, over a restart of the hub, and endpoints show the organisation', async () => {
    const on = await startTestHub();
    const boss = await on.workbench();
    assert.deepEqual((await info(on)).appearance, plain);
    const { id: group } = await boss.rpc.request(groupRequests.create, { name: 'Berlin' });
    const wanted = { group, name: null, limit: 5, expiresAt: null };
    const { token } = await boss.rpc.request(installerRequests.generate, wanted);
    const endpoint = await openEndpoint(on, { token });
    assert.equal(endpoint.standing.organisation, '');
    const appearance = { name: 'Nord IT', message: 'Call 040 …', logo: dataUrl('png', png), color: '#005fb8' };
    assert.deepEqual(await boss.rpc.request(requests.setAppearance, appearance), appearance);
    await until(() => endpoint.told.at(-1)?.organisation === 'Nord IT');
    assert.deepEqual((await info(on)).appearance, appearance);
    const [entry] = await boss.rpc.request(auditRequests.query, { limit: 1 });
    assert.equal(entry?.action, 'portal.setAppearance');
    assert.equal(entry.after?.['name'], 'Nord IT');
    assert.ok(!JSON.stringify(entry).includes(png.toString('base64').slice(0, 20)));
    await on.close();
    const later = await startTestHub({ data: on.data });
    assert.deepEqual((await info(later)).appearance, appearance);
    const { link, joinLink } = await (await later.workbench()).rpc.request(requests.get, {});
    assert.deepEqual([link, joinLink], [`${later.url}/unattended`, `${later.url}/join`]);
    const hubKey = token.split('.')[3]!;
    const back = await openEndpoint(later, { keys: endpoint.keys, facts: endpoint.facts, hubKey });
    assert.equal(back.standing.organisation, 'Nord IT');
  });

  it('are changed by administrators alone', async () => {
    const account = { email: 't@example.com', name: 'T', role: 'technician' as const, groups: [] };
    await admin.rpc.request(accountRequests.create, { ...account, password: 'a long enough password' });
    const tess = await hub.workbench({ cookie: await hub.signIn('t@example.com', 'a long enough password') });
    assert.deepEqual((await tess.rpc.request(requests.get, {})).appearance, plain);
    await assert.rejects(tess.rpc.request(requests.setAppearance, plain), failsWith('permission.administratorOnly'));
  });

  it('take a logo that is the picture that it says, of at most 128 KiB', async () => {
    const attempt = (logo: string): Promise<unknown> => admin.rpc.request(requests.setAppearance, { ...plain, logo });
    const jpeg = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(20)]);
    const webp = Buffer.concat([Buffer.from('RIFF\x10\x00\x00\x00WEBPVP8 ', 'latin1'), Buffer.alloc(20)]);
    for (const [type, bytes] of [
      ['png', png],
      ['jpeg', jpeg],
      ['webp', webp],
    ] as const) {
      await attempt(dataUrl(type, bytes));
      const other = type === 'png' ? 'jpeg' : 'png';
      await assert.rejects(attempt(dataUrl(other, bytes)), failsWith('portal.logoInvalid'));
    }
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    await assert.rejects(attempt(dataUrl('png', svg)), failsWith('portal.logoInvalid'));
    await assert.rejects(attempt(dataUrl('svg+xml', svg)), failsWith('rpc.invalidParams'));
    await assert.rejects(attempt('https://example.com/logo.png'), failsWith('rpc.invalidParams'));
    const large = Buffer.concat([png, Buffer.alloc(128 * 1024)]);
    await assert.rejects(attempt(dataUrl('png', large)), failsWith('portal.logoInvalid'));
    await attempt('');
  });

  it('P1: say for which systems there is a customer app, and refuse the others with a reason', async () => {
    const { customerApps } = await info();
    assert.ok(customerApps.some(({ platform, available }) => platform === 'windows' && !available));
    const refused = await fetch(`${hub.url}${portalDownloadPath}?platform=windows&architecture=arm64`);
    assert.equal(((await refused.json()) as { error: { code: string } }).error.code, 'customerApp.unavailable');
    const nonsense = await fetch(`${hub.url}${portalDownloadPath}?platform=amiga`);
    assert.equal(nonsense.status, 400);
  });

  it('P1: where an app cannot be made, visitors learn that it is so, and nothing of the hub', async () => {
    const before_ = process.env['npm_config_registry'];
    process.env['npm_config_registry'] = 'http://127.0.0.1:1';
    const broken = await startTestHub().finally(() => {
      if (before_ === undefined) delete process.env['npm_config_registry'];
      else process.env['npm_config_registry'] = before_;
    });
    const path = `${broken.url}${portalDownloadPath}?platform=windows`;
    const refused = await fetch(path);
    const text = await refused.text();
    assert.equal((JSON.parse(text) as { error: { code: string } }).error.code, 'customerApp.notMade');
    assert.equal(text.includes(broken.data) || text.includes('127.0.0.1:1/'), false);
    const shown = await fetch(path, { redirect: 'manual', headers: { accept: 'text/html,*/*;q=0.8' } });
    assert.deepEqual([shown.status, shown.headers.get('location')], [303, '/unattended#problem=customerApp.notMade']);
  });

  it('do not serve one network for ever', async () => {
    const on = await startTestHub();
    const statuses: number[] = [];
    for (let index = 0; index < 22; index++) {
      statuses.push((await fetch(`${on.url}${portalDownloadPath}?platform=windows&architecture=arm64`)).status);
    }
    assert.notEqual(statuses[0], 429);
    assert.equal(statuses.at(-1), 429);
    assert.equal((await fetch(on.url + portalInfoPath)).status, 200);
  });
});
