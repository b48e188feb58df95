import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { Subject } from 'rxjs';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { makeTestWorkbench, testDevice, testGroup, until } from '#core/testing/workbench/test-workbench.ts';
import { deviceNotifications } from '#protocol/devices.ts';
import type { TreeNode } from '#protocol/extension-host.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { DeviceQueries } from '../devices/device-queries.ts';
import { LocalizationService } from '../l10n/localization-service.ts';
import { DeviceTreeSource } from './device-tree-source.ts';
import { WaitingTreeSource } from './waiting-tree-source.ts';
import { TreeModel } from './tree-model.ts';
import { ViewRegistry, type TreeSource } from './view-registry.ts';

const position = { store: 's', scope: 'a', seq: 1 };

async function setUp(make?: (workbench: Awaited<ReturnType<typeof makeTestWorkbench>>) => TreeSource) {
  const hub = new ScriptedHub();
  const names = ['a', 'b', 'c', 'd'];
  hub.changes = () => ({
    position,
    reset: true,
    groups: [testGroup, { ...testGroup, id: 'hhhhhhhhhhhhhhhh', name: 'Aachen' }],
    devices: names.map((name) => testDevice(name, name === 'd' ? { state: 'waiting' } : {})),
    removed: [],
    more: false,
  });
  const workbench = await makeTestWorkbench({ hub });
  await workbench.goOnline();
  const { replica, get } = workbench;
  const l10n = get(LocalizationService);
  const source = make ? make(workbench) : new DeviceTreeSource(replica);
  const model = new TreeModel({ source, replica, queries: get(DeviceQueries), l10n });
  whenDone(() => model.dispose());
  await until(model.state$, ({ loading }) => !loading);
  const labels = (): string[] =>
    model.current.rows
      .slice(0, 99)
      .map(
        (row) =>
          `${' '.repeat(row.level)}${row.kind === 'device' ? row.entry.name : row.kind === 'node' ? row.node.label : row.message}`,
      );
  return { hub, model, labels, queries: get(DeviceQueries) };
}
const berlin = `group:${testGroup.id}`;

describe('Trees (G3, I5)', () => {
  it('show groups by name and their devices straight from the replica', async () => {
    const { model, labels } = await setUp();
    assert.deepEqual(labels(), ['Aachen', 'Berlin']);
    model.toggle(berlin);
    assert.deepEqual(labels(), ['Aachen', 'Berlin', ' pc-a', ' pc-b', ' pc-c', ' pc-d']);
    assert.equal(model.current.rows.indexOf(`${berlin}/${'c'.repeat(16)}`), 4);
    const { rows } = model.current;
    for (let index = -1; index <= rows.length; index++) assert.equal(rows.idAt(index), rows.at(index)?.id);
  });

  it('list those that wait for approval by their groups, and empty themselves when the last one is let in (I2)', async () => {
    const { hub, labels, model } = await setUp(({ replica }) => new WaitingTreeSource(replica));
    assert.deepEqual(labels(), ['Berlin', ' pc-d']);
    hub.rpc!.notify(deviceNotifications.changed, {
      position: { ...position, seq: 2 },
      reset: false,
      groups: [],
      devices: [testDevice('d')],
      removed: [],
      more: false,
    });
    await until(model.state$, ({ rows }) => rows.length === 0);
  });

  it('filter as one types, opening what holds a find', async () => {
    const { model, labels } = await setUp();
    model.setFilter('pc-b');
    assert.deepEqual(labels(), ['Berlin', ' pc-b']);
    model.setFilter('aach');
    assert.deepEqual(labels(), ['Aachen']);
    model.setFilter('is:wrong');
    assert.match(model.current.filterProblem!, /character 4/);
    model.setFilter('');
    assert.deepEqual(labels(), ['Aachen', 'Berlin']);
  });

  it('keep what a node’s query finds while one types, and ask it again when refreshed: time alone may change it', async () => {
    const { model, queries } = await setUp();
    const asked = mock.method(queries, 'filter');
    model.setFilter('pc');
    model.setFilter('pc-b');
    const before = asked.mock.callCount();
    assert.ok(before <= 2, `${before} queries for two groups`);
    model.refresh(null);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(asked.mock.callCount(), before + 2);
  });

  it('ask an extension for the nodes below one only when it is opened, and again when told', async () => {
    const changes$ = new Subject<string | null>();
    const asked: (string | null)[] = [];
    let label = 'one';
    const node = (id: string, collapsible: TreeNode['collapsible']): TreeNode => ({
      id,
      label: id === 'leaf' ? label : id,
      collapsible,
    });
    const { model, labels } = await setUp(() => ({
      changes$,
      children: async (parent) => {
        asked.push(parent);
        if (parent === 'bad') throw new Error('broken');
        return parent === null ? [node('root', 'collapsed'), node('bad', 'collapsed')] : [node('leaf', 'none')];
      },
    }));
    assert.deepEqual(asked, [null]);
    model.toggle('root');
    model.toggle('bad');
    await until(model.state$, ({ rows }) => rows.length === 4);
    assert.match(labels().join('\n'), /root\n one\nbad\n .*broken/);
    label = 'two';
    changes$.next('root');
    await until(model.state$, () => labels().includes(' two'));
    assert.deepEqual(asked, [null, 'root', 'bad', 'root']);
  });

  it('stand in containers that have something to show', async () => {
    const { get } = await makeTestWorkbench();
    const views = get(ViewRegistry);
    const us = { id: 'us', localize: (text: string) => text.replaceAll('%', '') };
    views.registerContainer({ id: 'box', title: '%Box%', icon: 'x', location: 'activitybar', order: 1 }, us);
    assert.deepEqual(views.containers('activitybar'), []);
    views.registerView({ id: 'v', container: 'box', name: '%V%', kind: 'tree', order: 1 }, us);
    views.registerWelcome({ view: 'v', contents: '%Hello%' }, us);
    assert.deepEqual(
      views.containers('activitybar').map(({ title }) => title),
      ['Box'],
    );
    assert.deepEqual(views.welcomeContents('v'), ['Hello']);
  });
});
