import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import type { NotificationService } from '../notifications/notification-service.ts';
import { ProgressService } from './progress-service.ts';

function setUp() {
  const shown: { message: string; reports: unknown[]; closed: boolean; cancel?: (() => void) | undefined }[] = [];
  const notifications = {
    notify: ({ message, progress }: { message: string; progress: { cancel?: () => void } }) => {
      const notification = { message, reports: [] as unknown[], closed: false, cancel: progress.cancel };
      shown.push(notification);
      return {
        report: (report: unknown) => notification.reports.push(report),
        close: () => (notification.closed = true),
      };
    },
  };
  return { shown, progress: new ProgressService(notifications as unknown as NotificationService, 1000) };
}

describe('Progress (X9)', () => {
  it('is not shown for what is done at once', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { shown, progress } = setUp();
      const running: number[] = [];
      progress.running$.subscribe((count) => running.push(count));
      const handle = progress.begin({ title: 'Rename' });
      mock.timers.tick(999);
      handle.end();
      handle.end();
      mock.timers.tick(5000);
      assert.deepEqual([shown, running], [[], [0, 1, 0]]);
    } finally {
      mock.timers.reset();
    }
  });

  it('is shown after a while, with what was reported meanwhile and a way to cancel', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { shown, progress } = setUp();
      const cancel = mock.fn();
      const handle = progress.begin({ title: 'Rename', cancel });
      handle.report({ message: '1 of 2' });
      handle.report({ fraction: 0.5 });
      mock.timers.tick(1000);
      handle.report({ message: '2 of 2' });
      shown[0]!.cancel!();
      handle.end();
      assert.deepEqual(shown[0]!.reports, [
        { message: '1 of 2', fraction: 0.5 },
        { message: '2 of 2', fraction: 0.5 },
      ]);
      assert.deepEqual([shown.length, shown[0]!.closed, cancel.mock.callCount()], [1, true, 1]);
    } finally {
      mock.timers.reset();
    }
  });
});
