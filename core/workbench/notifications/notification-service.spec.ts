import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NotificationService, type ShownNotification } from './notification-service.ts';
import { ProgressService } from '../progress/progress-service.ts';

const last = (service: NotificationService): readonly ShownNotification[] => {
  let value: readonly ShownNotification[] = [];
  service.notifications$.subscribe((list) => (value = list)).unsubscribe();
  return value;
};

describe('Notifications', () => {
  it('answer with the action chosen', async () => {
    const service = new NotificationService();
    const { id, closed } = service.warn('Sure?', { actions: [{ id: 'yes', title: 'Yes' }] });
    service.hide(id);
    assert.equal(last(service)[0]?.hidden, true);
    service.act(id, 'yes');
    assert.equal(await closed, 'yes');
    assert.deepEqual(last(service), []);
  });

  it('count what is said again, and stop what is not wanted', async () => {
    const service = new NotificationService();
    const { id } = service.info('Same', { neverShowAgain: 'same' });
    service.info('Same', { neverShowAgain: 'same' });
    assert.equal(last(service)[0]?.count, 2);
    service.neverShowAgain(id);
    assert.equal(await service.info('Same', { neverShowAgain: 'same' }).closed, undefined);
    assert.deepEqual(last(service), []);
  });

  it('X2: two that say the same and can be answered stay two: undoing one move leaves the other', async () => {
    const service = new NotificationService();
    const actions = [{ id: 'undo', title: 'Undo' }];
    const [first, second] = [
      service.info('1 device moved.', { actions }),
      service.info('1 device moved.', { actions }),
    ];
    service.info('1 device moved.');
    assert.deepEqual(
      last(service).map(({ count }) => count),
      [1, 1, 1],
    );
    service.act(second.id, 'undo');
    service.close(first.id);
    assert.deepEqual(await Promise.all([first.closed, second.closed]), [undefined, 'undo']);
  });

  it('tell of an error once while it is open, in the words of the first who told', async () => {
    const service = new NotificationService();
    const about = new Error('fell');
    const first = service.warn('It fell and is restarted.', { about, source: 'Acme' });
    service.hide(first.id);
    assert.equal(service.error('It fell.', { about }).id, first.id);
    const [shown, ...others] = last(service);
    assert.deepEqual(
      [shown?.message, shown?.hidden, shown?.count, others],
      ['It fell and is restarted.', false, 1, []],
    );
    first.close();
    assert.notEqual(service.error('It fell.', { about }).id, first.id);
  });

  it('show progress, and cancel once (X9)', () => {
    const service = new NotificationService();
    let cancelled = 0;
    const handle = service.notify({ severity: 'info', message: 'Moving', progress: { cancel: () => cancelled++ } });
    handle.report({ fraction: 0.5, message: 'half' });
    handle.report({ message: 'more' });
    service.cancel(handle.id);
    service.cancel(handle.id);
    service.clear();
    const [shown] = last(service);
    assert.deepEqual(shown?.progress, { cancellable: true, cancelling: true, fraction: 0.5, message: 'more' });
    assert.equal(cancelled, 1);
    handle.close();
    assert.deepEqual(last(service), []);
  });
});

describe('Progress', () => {
  it('is a notification only once it takes its time', async () => {
    const service = new NotificationService();
    const progress = new ProgressService(service, 5);
    progress.begin({ title: 'Quick' }).end();
    const slow = progress.begin({ title: 'Slow' });
    slow.report({ fraction: 0.1 });
    for (let turn = 0; turn < 200 && last(service).length === 0; turn++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(
      last(service).map(({ message, progress: shown }) => [message, shown?.fraction]),
      [['Slow', 0.1]],
    );
    slow.end();
    slow.end();
    assert.deepEqual(last(service), []);
  });
});
