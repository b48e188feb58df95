import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { failsWith, until } from '#core/testing/expect.ts';
import { newFacts, openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { rollOutNotifications, rollOutRequests, type RollOut, type RollOutChanges } from '#protocol/roll-outs.ts';
import { tokenOf } from '../enrolment/installer-token.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { Store } from '../store/store.ts';
import { RollOutService } from './roll-out-service.ts';

const password = 'a long enough password';
const list = (...computers: string[]) => ({ kind: 'computers' as const, group: 'Latchkey PCs', computers });
const complete = { domain: 'ad.example.com', share: '\\\\srv\\software' };

describe('Roll-outs', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let group: string;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
    group = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
  });
  const create = (changes: RollOutChanges, workbench = admin): Promise<RollOut> =>
    workbench.rpc.request(rollOutRequests.create, { ...changes, group });
  const progress = ({ id }: RollOut) => admin.rpc.request(rollOutRequests.progress, { rollOut: id });
  const token = ({ installer }: RollOut): string => tokenOf(installer!, hub.get(HubIdentity));

  it('D3: is kept from the first answer on, and gets its installer with the last', async () => {
    const begun = await create({ target: list('PC-1', 'pc-2.ad.example.com') });
    assert.deepEqual([begun.installer, begun.step, begun.limit, begun.expected], [null, 'computers', 2, 2]);
    const prepare = { rollOut: begun.id, language: 'en' as const };
    await assert.rejects(admin.rpc.request(rollOutRequests.prepare, prepare), failsWith('rollOut.incomplete'));
    const whole = await admin.rpc.request(rollOutRequests.update, { rollOut: begun.id, ...complete, step: 'options' });
    assert.ok(whole.installer);
    assert.deepEqual(await admin.rpc.request(rollOutRequests.get, { rollOut: begun.id }), whole);
    const made = (await admin.rpc.request(installerRequests.list, {})).find(({ id }) => id === whole.installer);
    assert.deepEqual([made?.limit, made?.group, made?.state], [2, group, 'open']);
  });

  it('D5: says how many slots are missing before anything is made', async () => {
    await assert.rejects(create({ ...complete, target: list('A', 'B', 'C'), limit: 2 }), (error: never) => {
      assert.deepEqual({ ...(error as { args: object }).args }, { needed: 3, limit: 2, missing: 1, maximum: 5000 });
      return failsWith('rollOut.tooFewSlots')(error);
    });
    const rollOut = await create({ ...complete, target: list('A', 'B') });
    const wider = { rollOut: rollOut.id, target: list('A', 'B', 'C') };
    await assert.rejects(admin.rpc.request(rollOutRequests.update, wider), failsWith('rollOut.tooFewSlots'));
    const raised = await admin.rpc.request(rollOutRequests.update, { ...wider, limit: 3 });
    const made = (await admin.rpc.request(installerRequests.list, {})).find(({ id }) => id === raised.installer);
    assert.equal(made?.limit, 3);
  });

  const wrong: [RollOutChanges, Parameters<typeof failsWith>[0]][] = [
    [{ share: 'C:\\Software' }, 'rollOut.shareNotUnc'],
    [{ share: '\\\\srv' }, 'rollOut.shareNotUnc'],
    [{ share: '\\\\srv\\a"b' }, 'rollOut.shareInvalid'],
    [{ share: '\\\\srv\\%TEMP%' }, 'rollOut.shareInvalid'],
    [{ share: '\\\\srv\\..\\x' }, 'rollOut.shareInvalid'],
    [{ share: `\\\\srv\\${'x'.repeat(200)}` }, 'rollOut.shareTooLong'],
    [{ domain: 'not a domain' }, 'rollOut.domainInvalid'],
    [{ domain: '192.0.2.1' }, 'rollOut.domainInvalid'],
    [{ domain: 'example' }, 'rollOut.domainInvalid'],
    [{ name: 'two\nlines' }, 'rollOut.nameInvalid'],
    [{ domain: 'example.com', linkTo: 'CN=Computers,DC=example,DC=com' }, 'rollOut.linkInvalid'],
    [{ domain: 'example.com', linkTo: 'OU=PCs,DC=other,DC=com' }, 'rollOut.linkInvalid'],
    [{ target: { kind: 'group', group: 'EXAMPLE\\PCs', expected: null } }, 'rollOut.groupInvalid'],
    [{ target: list() }, 'rollOut.noComputers'],
    [{ target: list('PC-1', 'not a name') }, 'rollOut.computerInvalid'],
    [{ target: list('PC-1', 'ad\\pc-1$') }, 'rollOut.computerTwice'],
    [{ target: list(...Array.from({ length: 5001 }, (_, at) => `PC-${at}`)) }, 'rollOut.tooManyComputers'],
  ];
  for (const [changes, code] of wrong) {
    it(`refuses ${JSON.stringify(changes).slice(0, 70)} with ${code}`, () =>
      assert.rejects(create(changes), failsWith(code)));
  }

  it('takes names with quotes, &, umlauts and 中文', async () => {
    const share = `\\\\srv-ä\\Soft & ware$\\Büro 'Süd' 中文`;
    const name = `"Büro" & 'Süd' 中文`;
    const target = { kind: 'group' as const, group: `Büro & 'Süd' 中文`, expected: null };
    const { id } = await create({ ...complete, share: `${share}\\`, name, target });
    const kept = await admin.rpc.request(rollOutRequests.get, { rollOut: id });
    assert.deepEqual([kept.share, kept.name, kept.target], [share, name, target]);
  });

  it('D12: switched off it can be neither begun nor fetched; other groups’ roll-outs are not seen', async () => {
    const rollOut = await create({ ...complete, target: list('Z1') });
    const account = { email: 'tess@example.com', name: 'T', role: 'technician' as const, groups: [], password };
    const { id: technician } = await admin.rpc.request(accountRequests.create, account);
    const other = await hub.workbench({ cookie: await hub.signIn('tess@example.com', password) });
    assert.deepEqual(await other.rpc.request(rollOutRequests.list, {}), []);
    const hidden = other.rpc.request(rollOutRequests.get, { rollOut: rollOut.id });
    await assert.rejects(hidden, failsWith('rollOut.notFound'));
    const off = { technician, permission: 'method.gpo' as const, allowed: false };
    await admin.rpc.request(permissionRequests.set, off);
    await assert.rejects(create(complete, other), failsWith('permission.switchedOff'));
    const prepare = other.rpc.request(rollOutRequests.prepare, { rollOut: rollOut.id, language: 'en' });
    await assert.rejects(prepare, failsWith('permission.switchedOff'));
    const entries = await admin.rpc.request(auditRequests.query, { limit: 20 });
    assert.ok(entries.some(({ action, outcome }) => action === 'rollOut.create' && outcome === 'refused'));
  });

  it('D11: puts those who came beside those expected, whatever way they say their names, and tells of it', async () => {
    const rollOut = await create({ ...complete, target: list('PC-A', 'PC-B', 'LONG-NAME-OF-A-COMPUTER', 'GONE') });
    let told = 0;
    admin.rpc.on(rollOutNotifications.changed, ({ rollOut: id }) => void (told += id === rollOut.id ? 1 : 0));
    const join = (hostName: string) => openEndpoint(hub, { token: token(rollOut), facts: { ...newFacts(), hostName } });
    const { standing } = await join('pc-a.ad.example.com');
    await join('LONG-NAME-OF-A-');
    await join('STRANGER');
    await until(() => told > 0);
    const { rollOut: shown, counts, computers, timeline } = await progress(rollOut);
    assert.deepEqual(counts, { expected: 4, joined: 3, waiting: 0, failed: 0, present: 0, missing: 2 });
    const states = new Map(computers.map(({ name, state, expected }) => [name, `${state} ${expected}`]));
    assert.equal(states.get('PC-A'), 'joined true');
    assert.equal(states.get('LONG-NAME-OF-A-COMPUTER'), 'joined true');
    assert.equal(states.get('GONE'), 'missing true');
    assert.equal(states.get('STRANGER'), 'joined false');
    // A stranger takes nobody's place, in the picture over time and in the list as little as here.
    assert.equal(timeline.at(-1)?.joined, 2);
    const listed = (await admin.rpc.request(rollOutRequests.list, {})).find(({ id }) => id === rollOut.id);
    const got = await admin.rpc.request(rollOutRequests.get, { rollOut: rollOut.id });
    for (const each of [shown, listed!, got]) assert.deepEqual([each.joined, each.strangers], [2, 1]);
    const details = await admin.rpc.request(deviceRequests.get, { device: standing.device });
    assert.equal(details.setUpBy, 'gpo');
  });

  it('D11: where no list says who is expected, nobody is a stranger; a list that names one later counts it', async () => {
    const rollOut = await create({ ...complete, target: { kind: 'all', expected: 2 }, limit: 5 });
    const shown = async () => {
      const all = await admin.rpc.request(rollOutRequests.list, {});
      const { joined, strangers, expected } = all.find(({ id }) => id === rollOut.id)!;
      return { joined, strangers, expected };
    };
    assert.deepEqual(await shown(), { joined: 0, strangers: 0, expected: 2 });
    const join = (hostName: string) => openEndpoint(hub, { token: token(rollOut), facts: { ...newFacts(), hostName } });
    await join('ONE');
    assert.deepEqual(await shown(), { joined: 1, strangers: 0, expected: 2 });
    await join('two.ad.example.com');
    assert.deepEqual(await shown(), { joined: 2, strangers: 0, expected: 2 });
    for (const [target, joined] of [
      [list('One', 'Three'), 1],
      [list('One', 'Two', 'Three'), 2],
    ] as const) {
      const changed = await admin.rpc.request(rollOutRequests.update, { rollOut: rollOut.id, target });
      assert.deepEqual([changed.joined, changed.strangers], [joined, 2 - joined]);
      assert.deepEqual(await shown(), { joined, strangers: 2 - joined, expected: target.computers.length });
    }
  });

  it('deleted, its installer brings nobody in, and whoever was turned away is named', async () => {
    const rollOut = await create({ ...complete, target: list('D1', 'D2') });
    await admin.rpc.request(installerRequests.revoke, { installer: rollOut.installer! });
    const late = openEndpoint(hub, { token: token(rollOut), facts: { ...newFacts(), hostName: 'D1' } });
    await assert.rejects(late, failsWith('enrolment.tokenRevoked'));
    const [first] = (await progress(rollOut)).computers;
    assert.deepEqual([first?.name, first?.state, first?.problem?.code], ['D1', 'refused', 'enrolment.tokenRevoked']);
    await admin.rpc.request(rollOutRequests.delete, { rollOut: rollOut.id });
    const gone = admin.rpc.request(rollOutRequests.get, { rollOut: rollOut.id });
    await assert.rejects(gone, failsWith('rollOut.notFound'));
  });

  it('D9: what is applied to a domain is deleted only by administrators who mean it, and what stays is audited', async () => {
    const account = { email: 'uma@example.com', name: 'U', role: 'technician' as const, groups: [group], password };
    await admin.rpc.request(accountRequests.create, account);
    const other = await hub.workbench({ cookie: await hub.signIn('uma@example.com', password) });
    const { id: rollOut, installer } = await create({ ...complete, name: 'Applied', target: list('E1') });
    const link = { kind: 'link', on: 'DC=ad,DC=example,DC=com', policy: 'CN={1}', name: 'P', linked: true, options: 0 };
    const head = { version: 1, domain: complete.domain, server: 'dc1', policy: '{1}' };
    const service = hub.get(RollOutService);
    // Interrupted: nothing says by whom and when it was applied.
    const record = { ...head, steps: [link], complete: false };
    await hub.get(Store).write((tx) => service.recordApplied(tx, rollOut, null, record));
    const { inDomain, applied } = await admin.rpc.request(rollOutRequests.get, { rollOut });
    assert.deepEqual([inDomain, applied], [true, null]);
    const [first] = await admin.rpc.request(rollOutRequests.list, {});
    assert.equal(first?.inDomain, true);

    for (const { rpc } of [admin, other]) {
      await assert.rejects(rpc.request(rollOutRequests.delete, { rollOut }), failsWith('rollOut.applied'));
    }
    const forget = { rollOut, forgetDomain: true };
    await assert.rejects(other.rpc.request(rollOutRequests.delete, forget), failsWith('permission.administratorOnly'));
    const hold = service.hold(rollOut);
    await assert.rejects(admin.rpc.request(rollOutRequests.delete, forget), failsWith('domain.underWay'));
    assert.throws(() => service.hold(rollOut), failsWith('domain.underWay'));
    hold.dispose();
    const still = (await admin.rpc.request(installerRequests.list, {})).find(({ id }) => id === installer);
    assert.equal(still?.state, 'open');

    await admin.rpc.request(rollOutRequests.delete, forget);
    const [entry] = await admin.rpc.request(auditRequests.query, { limit: 1 });
    const { version: _, server: domainController, ...named } = head;
    const leftInDomain = { ...named, domainController, objects: [`link: ${link.on}`] };
    assert.deepEqual([entry?.action, entry?.after], ['rollOut.delete', { leftInDomain }]);
    // Whoever goes on with it is told that nothing could take it back.
    const late = hub.get(Store).write((tx) => service.recordApplied(tx, rollOut, null, record));
    await assert.rejects(late, failsWith('rollOut.notFound'));
  });
});
