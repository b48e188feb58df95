import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { newFacts, openEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import {
  assignmentRuleNotifications,
  assignmentRuleRequests,
  type AssignmentRule,
  type RuleConditions,
} from '#protocol/assignment-rules.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceRequests } from '#protocol/devices.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { compileRule } from './compiled-rule.ts';
import { matchesGlob } from './glob.ts';

const rule = (group: string, conditions: RuleConditions, more: Partial<AssignmentRule> = {}): AssignmentRule => ({
  id: newId(),
  name: Object.values(conditions).join(' ') || 'none',
  enabled: true,
  conditions,
  group,
  ...more,
});

describe('Conditions of assignment rules', () => {
  const group = newId();
  const at = (...addresses: string[]): DeviceFacts => ({
    ...newFacts(),
    interfaces: [{ name: 'eth0', mac: '00:11:22:33:44:55', addresses }],
  });
  const fits = (conditions: RuleConditions, facts: DeviceFacts) => compileRule(rule(group, conditions)).fits(facts);

  it('patterns: stars, question marks, capitals that make no difference; and no pattern takes for ever', () => {
    for (const [pattern, text, fitting] of [
      ['srv-*', 'SRV-MAIL-01', true],
      ['*-mail-*', 'SRV-MAIL-01', true],
      ['srv-?', 'srv-12', false],
      ['srv-??', 'srv-12', true],
      ['srv', 'srv-12', false],
      ['*', '', true],
      ['a*b*c', 'aXbXbXc', true],
      ['a.c', 'abc', false],
      ['Ä*', 'äpfel', true],
    ] as const) {
      assert.equal(matchesGlob(pattern, text), fitting, `${pattern} ${text}`);
    }
    const began = process.cpuUsage().user;
    assert.equal(matchesGlob(`${'*a'.repeat(30)}*b`, 'a'.repeat(255)), false);
    assert.ok(process.cpuUsage().user - began < 500_000);
  });

  it('subnets of either version, by any of the addresses', () => {
    const facts = at('192.168.7.4/24', 'fe80::1/64', '2001:db8:5::17/64');
    assert.equal(fits({ subnet: '192.168.7.0/24' }, facts), true);
    assert.equal(fits({ subnet: '192.168.7.9/24' }, facts), true);
    assert.equal(fits({ subnet: '192.168.8.0/24' }, facts), false);
    assert.equal(fits({ subnet: '2001:db8::/32' }, facts), true);
    assert.equal(fits({ subnet: '2001:db9::/32' }, facts), false);
    assert.equal(fits({ subnet: '0.0.0.0/0' }, at()), false);
  });

  it('domains and organisational units with what is below them', () => {
    const facts = {
      ...newFacts(),
      domain: 'Corp.Example.com',
      ou: 'OU=Desks,OU=Berlin\\, Mitte,DC=Corp,DC=Example,DC=com',
    };
    assert.equal(fits({ domain: 'example.com' }, facts), true);
    assert.equal(fits({ domain: 'corp.example.com' }, facts), true);
    assert.equal(fits({ domain: 'ample.com' }, facts), false);
    assert.equal(fits({ ou: 'ou=berlin\\, mitte, dc=corp, dc=example, dc=com' }, facts), true);
    assert.equal(fits({ ou: 'OU=Mitte,DC=corp,DC=example,DC=com' }, facts), false);
    assert.equal(fits({ ou: 'OU=Berlin,DC=corp' }, newFacts()), false);
    assert.equal(fits({ domain: 'example.com' }, newFacts()), false);
  });

  it('all of them have to hold', () => {
    const facts = { ...at('10.0.0.4/8'), hostName: 'srv-1' };
    const conditions = { hostName: 'srv-*', subnet: '10.0.0.0/8', platform: facts.system.platform };
    assert.equal(fits({ ...conditions, system: `${facts.system.name.slice(0, 5)}*` }, facts), true);
    assert.equal(fits({ ...conditions, subnet: '11.0.0.0/8' }, facts), false);
    assert.equal(fits({ ...conditions, system: 'BeOS*' }, facts), false);
  });
});

describe('Assignment rules', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let token: string;
  let home: string;
  let servers: string;
  let desks: string;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
    home = await newGroup('Home');
    servers = await newGroup('Servers');
    desks = await newGroup('Desks');
    const wanted = { group: home, name: null, limit: 500, expiresAt: null };
    token = (await admin.rpc.request(installerRequests.generate, wanted)).token;
  });
  const newGroup = async (name: string) => (await admin.rpc.request(groupRequests.create, { name })).id;
  const get = () => admin.rpc.request(assignmentRuleRequests.get, {});
  const save = async (...rules: AssignmentRule[]) =>
    admin.rpc.request(assignmentRuleRequests.save, { version: (await get()).version, rules });
  const join = (hostName: string) => openEndpoint(hub, { token, facts: { ...newFacts(), hostName } });
  const groupOf = async (device: string) => (await admin.rpc.request(deviceRequests.get, { device })).device.group;

  it('decide at enrolment: the first that fits, whatever group the installer is for; the audit log names it', async () => {
    await save(
      rule(desks, { hostName: 'srv-*' }, { enabled: false }),
      rule(servers, { hostName: 'srv-*' }, { name: 'All servers' }),
      rule(desks, { hostName: '*-1' }),
    );
    const server = await join('srv-1');
    assert.equal(server.standing.group, 'Servers');
    assert.equal(await groupOf((await join('desk-1')).standing.device), desks);
    assert.equal(await groupOf((await join('desk-2')).standing.device), home);
    const [entry] = await admin.rpc.request(auditRequests.query, { device: server.standing.device, limit: 1 });
    assert.deepEqual(
      [entry?.after?.['group'], entry?.after?.['rule'], entry?.after?.['installerGroup']],
      [servers, 'All servers', home],
    );
  });

  it('one whose group is deleted says so, and is skipped', async () => {
    const doomed = await newGroup('Doomed');
    const lost = rule(doomed, { hostName: 'x-*' });
    await save(lost, rule(servers, { hostName: 'x-*' }));
    await admin.rpc.request(groupRequests.delete, { group: doomed });
    assert.deepEqual((await get()).deletedGroups, [doomed]);
    assert.equal(await groupOf((await join('x-1')).standing.device), servers);
    const preview = await admin.rpc.request(assignmentRuleRequests.preview, { after: null });
    assert.deepEqual(preview.deletedGroups, [doomed]);
    // It may stay as it is; no new one may be made for a group that is gone.
    await save(lost);
    await assert.rejects(save(rule(doomed, { hostName: 'y' })), failsWith('assignmentRules.groupDeleted'));
  });

  it('two administrators at once: the second one is told, nothing is lost, and both hear of the new version', async () => {
    const other = await hub.workbench();
    const versions: number[] = [];
    other.rpc.on(assignmentRuleNotifications.changed, ({ version }) => void versions.push(version));
    const { version } = await get();
    const mine = [rule(servers, { hostName: 'mine' })];
    const saved = await admin.rpc.request(assignmentRuleRequests.save, { version, rules: mine });
    assert.equal(saved.version, version + 1);
    await assert.rejects(
      other.rpc.request(assignmentRuleRequests.save, { version, rules: [] }),
      failsWith('assignmentRules.changedMeanwhile'),
    );
    assert.deepEqual((await get()).rules, mine);
    await until(() => versions.includes(version + 1));
  });

  it('a preview says device by device what would move and by which rule, and moves nothing', async () => {
    const [one, two, three] = [await join('web-1'), await join('web-2'), await join('db-1')];
    const web = rule(servers, { hostName: 'web-*' });
    const draft = [web, rule(home, { hostName: 'db-*' })];
    const preview = await admin.rpc.request(assignmentRuleRequests.preview, { rules: draft, after: null });
    const moved = preview.moves.filter(({ rule: id }) => id === web.id);
    assert.deepEqual(
      moved.map(({ device, from, to }) => [device, from, to]).sort(),
      [one, two].map(({ standing }) => [standing.device, home, servers]).sort(),
    );
    assert.ok(!preview.moves.some(({ device }) => device === three.standing.device));
    assert.equal(preview.moves.length + preview.inPlace + preview.unmatched, preview.devices);
    assert.equal(await groupOf(one.standing.device), home);
  });

  it('are refused where they make no sense', async () => {
    const twice = rule(servers, { hostName: 'a' });
    for (const [rules, code] of [
      [[rule(servers, {})], 'assignmentRules.noCondition'],
      [[rule(servers, { subnet: '10.0.0.0/33' })], 'assignmentRules.subnetInvalid'],
      [[rule(servers, { subnet: 'fe80::/129' })], 'assignmentRules.subnetInvalid'],
      [[rule(servers, { subnet: 'office' })], 'assignmentRules.subnetInvalid'],
      [[rule(servers, { ou: 'Berlin' })], 'assignmentRules.ouInvalid'],
      [[twice, twice], 'assignmentRules.duplicate'],
    ] as const) {
      await assert.rejects(save(...rules), failsWith(code));
    }
  });

  it('are administrators’ business alone', async () => {
    const account = { email: 'tess@example.com', name: 'Tess', password: 'correct horse', role: 'technician' as const };
    await admin.rpc.request(accountRequests.create, { ...account, groups: [home, servers, desks] });
    const tess = await hub.workbench({ cookie: await hub.signIn(account.email, account.password) });
    for (const call of [
      () => tess.rpc.request(assignmentRuleRequests.get, {}),
      () => tess.rpc.request(assignmentRuleRequests.save, { version: 0, rules: [] }),
      () => tess.rpc.request(assignmentRuleRequests.preview, { after: null }),
    ]) {
      await assert.rejects(call(), failsWith('permission.administratorOnly'));
    }
  });

  it('outlive the hub', async () => {
    await save(rule(servers, { hostName: 'late-*' }));
    await hub.close();
    hub = await startTestHub({ data: hub.data });
    admin = await hub.workbench();
    assert.equal(await groupOf((await join('late-1')).standing.device), servers);
  });
});
