import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { NotificationService } from '#core/workbench/notifications/notification-service.ts';
import { QuickInputService } from '#core/workbench/quick-input/quick-input-service.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import './notifications.ts';
import type { Notifications } from './notifications.ts';

describe('lk-notifications', () => {
  let service: NotificationService;
  let element: Notifications;
  const drawn = async (): Promise<HTMLElementTagNameMap['lk-notification'][]> => {
    await element.updateComplete;
    const all = [...element.shadowRoot!.querySelectorAll('lk-notification')];
    for (const each of all) await each.updateComplete;
    return all;
  };
  const buttons = async (): Promise<HTMLButtonElement[]> =>
    (await drawn()).flatMap((each) => [...each.shadowRoot!.querySelectorAll<HTMLButtonElement>('.foot button')]);

  before(async () => {
    showTheme('light');
    await showLanguage('en');
  });
  beforeEach(() => {
    service = new NotificationService();
    const container = new Container();
    container.bind(NotificationService).toConstantValue(service);
    container.bind(QuickInputService).toConstantValue(new QuickInputService(new ContextKeyService()));
    provideServices(container);
    element = document.createElement('lk-notifications');
    document.body.append(element);
  });
  afterEach(() => element.remove());

  it('answer with the action that was pressed, and go', async () => {
    const actions = [
      { id: 'restart', title: 'Restart Extension' },
      { id: 'later', title: 'Later' },
    ];
    const { closed } = service.notify({ severity: 'error', message: 'It stopped.', source: 'Rename', actions });
    const [restart] = await buttons();
    assert.equal(restart?.textContent?.trim(), 'Restart Extension');
    restart!.click();
    assert.equal(await closed, 'restart');
    assert.lengthOf(await drawn(), 0);
  });

  it('X9 show how far something is, and cancel it once', async () => {
    let cancelled = 0;
    const handle = service.notify({
      severity: 'info',
      message: 'Moving devices',
      progress: { cancel: () => cancelled++ },
    });
    handle.report({ message: '3 of 12', fraction: 0.25 });
    const [toast] = await drawn();
    const bar = toast!.shadowRoot!.querySelector('[role=progressbar]')!;
    assert.equal(bar.getAttribute('aria-valuenow'), '25');
    assert.include(toast!.shadowRoot!.textContent, '3 of 12');
    const [cancel] = await buttons();
    cancel!.click();
    const [cancelling] = await buttons();
    assert.isTrue(cancelling!.disabled);
    cancelling!.click();
    assert.equal(cancelled, 1);
    handle.close();
    assert.lengthOf(await drawn(), 0);
  });

  it('count what is said again instead of piling it up', async () => {
    for (let time = 0; time < 3; time++) service.notify({ severity: 'warning', message: 'The disk is full.' });
    const [only, ...others] = await drawn();
    assert.lengthOf(others, 0);
    assert.include(only!.shadowRoot!.textContent, '× 3');
  });

  it('stay in the list when a toast is hidden, and Escape closes the list', async () => {
    service.notify({ severity: 'info', message: 'Done.' });
    const [toast] = await drawn();
    toast!.shadowRoot!.querySelector<HTMLButtonElement>('.head .icon-button')!.click();
    assert.lengthOf(await drawn(), 0);
    element.open = true;
    assert.lengthOf(await drawn(), 1);
    let closed = false;
    element.addEventListener('notifications-close', () => (closed = true));
    element
      .shadowRoot!.querySelector('.center')!
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    assert.isTrue(closed);
  });

  it('have nothing that axe objects to', async () => {
    service.notify({ severity: 'error', message: 'It stopped.', actions: [{ id: 'a', title: 'Restart' }] });
    await drawn();
    const { violations } = await axe.run(element);
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    );
  });
});
