import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectCode } from '#core/testing/workbench/expect-code.ts';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { makeTestWorkbench, until } from '#core/testing/workbench/test-workbench.ts';
import { ConfigurationService } from '../configuration/configuration-service.ts';
import { SavedViewTreeSource } from './saved-view-tree-source.ts';
import { SavedViews, standardListing } from './saved-views.ts';

const document = `{
  // of the night shift
  "devices.views": [
    { "name": "Servers", "query": "os:linux", "columns": ["name", "ip"], "sort": "-seen" },
    { "name": "Lost", "query": "offline>30d" }
  ]
}`;

async function setUp(text = document) {
  const hub = new ScriptedHub();
  hub.documents.set('settings', { text, version: 1 });
  const workbench = await makeTestWorkbench({ hub });
  const views = workbench.get(SavedViews);
  const settings = workbench.get(ConfigurationService);
  const read = until(settings.changes$, (changed) => changed.has('devices.views'));
  await workbench.goOnline();
  await read;
  return { hub, views };
}

describe('saved views of devices', () => {
  it('X9: come from the settings; what one does not say is as usual', async () => {
    const { views } = await setUp();
    assert.deepEqual(views.require('servers').columns, ['name', 'ip']);
    assert.deepEqual(views.find('Lost'), { ...standardListing, name: 'Lost', query: 'offline>30d' });
    await assert.rejects(async () => views.require('Printers'), expectCode('deviceView.notFound'));
  });

  it('X9: are kept beside what stands in the document, each name once, and deleted', async () => {
    const { hub, views } = await setUp();
    await views.save({ name: 'LOST', query: 'offline>7d', columns: ['name'], sort: 'name' });
    assert.deepEqual(
      views.all().map(({ name, query }) => `${name} ${query}`),
      ['Servers os:linux', 'LOST offline>7d'],
    );
    assert.match(hub.documents.get('settings')!.text, /of the night shift/);
    await views.delete('lost');
    await views.delete('Servers');
    assert.deepEqual(views.all(), []);
    assert.doesNotMatch(hub.documents.get('settings')!.text, /devices\.views/);
  });

  it('X9: one with a mistake is refused, and nothing is written', async () => {
    const { hub, views } = await setUp();
    const view = { name: '', query: '', columns: ['name' as const], sort: 'name' };
    await assert.rejects(views.save(view), expectCode('command.invalidArguments'));
    assert.equal(hub.documents.get('settings')!.text, document);
  });

  it('X9: stand in the side bar; the list follows the settings', async () => {
    const { views } = await setUp();
    const source = new SavedViewTreeSource(views);
    const told = until(source.changes$, () => true);
    await views.save({ ...standardListing, name: 'All' });
    await told;
    const nodes = await source.children(null);
    assert.deepEqual(
      nodes.map(({ label, command }) => [label, command?.arguments]),
      ['Servers', 'Lost', 'All'].map((view) => [view, { view }]),
    );
  });
});
