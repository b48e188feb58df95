import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith } from '#core/testing/expect.ts';
import { groupsApi } from './groups-api.ts';

const berlin = { id: 'bbbbbbbbbbbbbbbb', name: 'Berlin', createdAt: 0 };
const bonn = { id: 'cccccccccccccccc', name: 'Bonn', createdAt: 0 };

describe('groups.pick (I1)', () => {
  function open(groups: readonly object[], kind: 'browser' | 'headless' = 'browser', picked?: string) {
    const asked: unknown[] = [];
    const rpc = { request: async () => groups } as never;
    const pick = async (question: unknown) => (asked.push(question), picked);
    return { asked, groups: groupsApi(rpc, kind, pick, () => ({ dispose() {} })) };
  }

  it('is the only one there is, without a question', async () => {
    for (const kind of ['browser', 'headless'] as const) {
      const { groups, asked } = open([berlin], kind);
      assert.deepEqual([await groups.pick({ title: 'Which?' }), asked], [berlin.id, []]);
    }
  });

  it('of several a person picks one, or thinks better of it', async () => {
    const { groups, asked } = open([berlin, bonn], 'browser', bonn.id);
    assert.equal(await groups.pick({ title: 'Which?', placeholder: 'p' }), bonn.id);
    const items = [berlin, bonn].map(({ id, name }) => ({ id, label: name, icon: 'folder' }));
    assert.deepEqual(asked, [{ title: 'Which?', placeholder: 'p', items }]);
    assert.equal(await open([berlin, bonn]).groups.pick({ title: 'Which?' }), undefined);
  });

  it('a program is told their names; where there is none, that is said', async () => {
    await assert.rejects(open([berlin, bonn], 'headless').groups.pick({ title: '' }), (error: never) => {
      assert.equal((error as { args: { groups: string } }).args.groups, 'Berlin, Bonn');
      return failsWith('group.several')(error);
    });
    await assert.rejects(open([]).groups.pick({ title: '' }), failsWith('group.none'));
  });
});
