import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeTestWorkbench, until } from '#core/testing/workbench/test-workbench.ts';
import { profileNotifications } from '#protocol/profile.ts';
import { ThemeService, type ThemeId } from './theme-service.ts';

describe('Themes', () => {
  it('are shown at once, kept in the settings, and follow them', async () => {
    const { hub, get, goOnline } = await makeTestWorkbench();
    const themes = get(ThemeService);
    const shown: ThemeId[] = [];
    themes.theme$.subscribe((theme) => shown.push(theme));
    await goOnline();
    assert.equal(themes.current, 'auto');
    const set = themes.set('highContrast');
    assert.equal(themes.current, 'highContrast', 'before the hub has answered');
    await set;
    assert.match(hub.documents.get('settings')!.text, /"workbench.theme": "highContrast"/);
    hub.rpc!.notify(profileNotifications.changed, {
      document: 'settings',
      text: '{"workbench.theme": "light"}',
      version: 9,
    });
    await until(themes.theme$, (theme) => theme === 'light');
    assert.deepEqual(shown, ['auto', 'highContrast', 'light']);
  });
});
