import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { languages } from '#core/base/l10n/localizer.ts';
import { expectCode } from '#core/testing/workbench/expect-code.ts';
import { makeTestWorkbench, testDevice, testGroup } from '#core/testing/workbench/test-workbench.ts';
import { enrolmentRequests } from '#protocol/enrolment.ts';
import { groupRequests } from '#protocol/groups.ts';
import type { Confirmation, Confirmer } from '../dialogs/confirmer.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { CommandRegistry } from './command-registry.ts';
import { CommandService } from './command-service.ts';
import { localizedSchema } from './localized-schema.ts';

const waiting = testDevice('w', { state: 'waiting' });
const active = testDevice('b');

async function online(role: 'administrator' | 'technician', confirm?: Confirmer) {
  const heard: [string, unknown][] = [];
  const workbench = await makeTestWorkbench(confirm ? { confirm } : {});
  const { hub } = workbench;
  hub.identity = { ...hub.identity, technician: { ...hub.identity.technician, role } };
  hub.changes = () => ({
    position: { store: 's', scope: 'a', seq: 1 },
    reset: true,
    groups: [testGroup],
    devices: [waiting, active],
    removed: [],
    more: false,
  });
  hub.prepare = (rpc) => {
    for (const contract of [groupRequests.create, groupRequests.rename, groupRequests.delete])
      rpc.handle(contract as typeof groupRequests.rename, (params) => {
        heard.push([contract.method, params]);
        return { ...testGroup, ...('name' in params ? { name: params.name } : {}) };
      });
    for (const contract of [enrolmentRequests.approve, enrolmentRequests.reject])
      rpc.handle(contract, (params) => (heard.push([contract.method, params]), {}));
  };
  await workbench.goOnline();
  const commands = workbench.get(CommandService);
  const run = (id: string, args: Record<string, unknown>) => commands.run(id, args, { source: 'cli' });
  return { ...workbench, heard, run };
}

describe('Commands of the workbench itself', () => {
  it('are declared in all languages, with what they may do to the world', async () => {
    const { get } = await makeTestWorkbench();
    const effects = Object.fromEntries(
      get(CommandRegistry)
        .all()
        .map(({ id, contribution }) => [id, contribution.effect]),
    );
    assert.deepEqual(effects, {
      'assignmentRules.apply': 'change',
      'assignmentRules.list': 'read',
      'assignmentRules.preview': 'read',
      'assignmentRules.set': 'change',
      'device.applyKept': 'change',
      'device.cancelWaiting': 'change',
      'device.dropKept': 'change',
      'device.merge': 'destroy',
      'device.retry': 'change',
      'device.showKept': 'read',
      'device.undo': 'change',
      'deviceMatches.decide': 'change',
      'deviceMatches.list': 'read',
      'enrolment.approve': 'change',
      'enrolment.reject': 'destroy',
      'group.create': 'change',
      'group.delete': 'destroy',
      'group.rename': 'change',
      'session.askControl': 'read',
      'session.handOver': 'change',
      'session.join': 'change',
      'session.leave': 'change',
      'session.openTerminal': 'change',
      'session.show': 'read',
    });
    for (const language of languages) {
      get(LocalizationService).setLanguage(language);
      for (const { label, contribution, contributor } of get(CommandRegistry).all()) {
        const shown = JSON.stringify([label, localizedSchema(contribution.arguments, contributor)]);
        assert.doesNotMatch(shown, /%|(groups|enrolment|deviceActions)\.\w/, shown);
      }
    }
  });

  it('take a group by its name, and answer with it', async () => {
    const { run, heard } = await online('administrator');
    assert.equal(((await run('group.create', { name: 'Hamburg' })) as { name: string }).name, 'Hamburg');
    await run('group.rename', { group: 'berlin', name: 'Berlin 2' });
    assert.deepEqual(await run('group.delete', { group: 'Berlin' }), { id: testGroup.id, name: 'Berlin' });
    assert.deepEqual(heard, [
      ['groups/create', { name: 'Hamburg' }],
      ['groups/rename', { group: testGroup.id, name: 'Berlin 2' }],
      ['groups/delete', { group: testGroup.id }],
    ]);
    await assert.rejects(run('group.create', { name: '' }), expectCode('command.invalidArguments'));
    await assert.rejects(run('group.create', {}), expectCode('command.missingArgument'));
    await assert.rejects(run('group.rename', { group: 'Nowhere', name: 'x' }), expectCode('group.notFound'));
  });

  it('leave device groups to administrators', async () => {
    const { run, heard } = await online('technician');
    await assert.rejects(run('group.create', { name: 'Hamburg' }), expectCode('command.disabled'));
    assert.deepEqual(heard, []);
  });

  it('let in and turn away devices that wait, and no other', async () => {
    const { run, heard } = await online('technician');
    assert.deepEqual(await run('enrolment.approve', { devices: 'pc-w' }), { devices: [waiting.id] });
    assert.deepEqual(await run('enrolment.reject', { devices: [waiting.id] }), { devices: [waiting.id] });
    assert.deepEqual(
      heard.map(([method]) => method),
      ['enrolment/approve', 'enrolment/reject'],
    );
    await assert.rejects(run('enrolment.approve', { devices: ['pc-b'] }), expectCode('command.disabled'));
    await assert.rejects(run('enrolment.approve', { devices: [] }), expectCode('command.invalidArguments'));
  });

  it('ask a person before they destroy, and do nothing on a no', async () => {
    const asked: Confirmation[] = [];
    const { run, heard } = await online('administrator', async (question) => (asked.push(question), false));
    assert.equal(await run('group.delete', { group: 'Berlin' }), null);
    assert.equal(await run('enrolment.reject', { devices: ['pc-w'] }), null);
    assert.deepEqual(heard, []);
    assert.match(asked[0]!.message, /Berlin/);
    assert.match(asked[1]!.detail!, /pc-w/);
  });
});
