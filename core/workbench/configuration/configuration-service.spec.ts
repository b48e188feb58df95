import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectCode } from '#core/testing/workbench/expect-code.ts';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { makeTestWorkbench, until } from '#core/testing/workbench/test-workbench.ts';
import { profileNotifications } from '#protocol/profile.ts';
import { ThemeService } from '../themes/theme-service.ts';
import { ConfigurationService } from './configuration-service.ts';

const text = `{
  // dark at night
  "workbench.theme": "dark",
  "unheard.of": 1,
  "workbench.language": "xx"
}`;

async function setUp(document = text) {
  const hub = new ScriptedHub();
  hub.documents.set('settings', { text: document, version: 4 });
  const workbench = await makeTestWorkbench({ hub });
  const settings = workbench.get(ConfigurationService);
  const read = document ? until(settings.changes$, () => true) : undefined;
  await workbench.goOnline();
  await read;
  return { hub, settings, themes: workbench.get(ThemeService) };
}

describe('Settings', () => {
  it('come from the document where they are valid, else from the default', async () => {
    const { settings, themes } = await setUp();
    assert.equal(settings.get('workbench.theme'), 'dark');
    assert.equal(settings.get('workbench.language'), 'auto');
    assert.equal(themes.current, 'dark');
  });

  it('have their problems told line by line', async () => {
    const { settings } = await setUp();
    assert.deepEqual(
      settings.problems().map(({ line }) => line),
      [4, 5],
    );
    assert.equal(settings.problems('{\n  "a"\n').at(0)?.line, 3);
    assert.equal(settings.problems('[]').length, 1);
  });

  it('are written with comments kept, and refused where they break their schema', async () => {
    const { settings, hub } = await setUp();
    await settings.set('workbench.theme', 'light');
    assert.match(hub.documents.get('settings')!.text, /\/\/ dark at night\n {2}"workbench.theme": "light"/);
    assert.equal(settings.get('workbench.theme'), 'light');
    await settings.set('workbench.theme', undefined);
    assert.equal(settings.get('workbench.theme'), 'auto');
    await assert.rejects(settings.set('workbench.theme', 'pink'), expectCode('command.invalidArguments'));
  });

  it('never overwrite what was written elsewhere meanwhile', async () => {
    const { settings, hub } = await setUp('{ "workbench.theme": "dark" }');
    hub.documents.set('settings', { text: '{}', version: 9 });
    await assert.rejects(settings.set('workbench.theme', 'light'), expectCode('profile.conflict'));
  });

  it('follow another window', async () => {
    const { settings, hub } = await setUp();
    const changed = until(settings.changes$, (ids) => ids.has('workbench.theme'));
    hub.rpc!.notify(profileNotifications.changed, {
      document: 'settings',
      text: '{ "workbench.theme": "light" }',
      version: 5,
    });
    await changed;
    assert.equal(settings.get('workbench.theme'), 'light');
  });

  it('give a schema to the editor, and take each setting once', async () => {
    const { settings } = await setUp('');
    const { properties } = settings.jsonSchema() as { properties: Record<string, { enum: string[] }> };
    assert.ok(properties['workbench.theme']?.enum.includes('dark'));
    const again = {
      title: 'x',
      properties: { 'workbench.theme': { type: 'string' as const, default: '', description: 'x' } },
    };
    assert.throws(() => settings.register(again, { id: 'x', localize: String }), expectCode('extension.duplicate'));
  });
});
