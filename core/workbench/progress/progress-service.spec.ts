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

  it('is not shown while it is a person’s turn, unless it has said that it works; afterwards it is', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { shown, progress } = setUp();
      const running: number[] = [];
      progress.running$.subscribe((count) => running.push(count));
      const asks = progress.begin({ title: 'Apply' });
      const works = progress.begin({ title: 'Move' });
      works.report({ fraction: 0.1 });
      mock.timers.tick(1000);
      assert.deepEqual(
        shown.map(({ message, closed }) => [message, closed]),
        [
          ['Apply', false],
          ['Move', false],
        ],
      );
      const turn = progress.hold();
      const other = progress.hold();
      assert.deepEqual([shown[0]!.closed, shown[1]!.closed], [true, false]);
      // A dialog that shows by itself how far it is.
      asks.report({ message: '1 of 2' });
      const late = progress.begin({ title: 'Delete' });
      mock.timers.tick(5000);
      turn.dispose();
      turn.dispose();
      mock.timers.tick(5000);
      assert.equal(shown.length, 2, 'somebody is still asked something');
      other.dispose();
      mock.timers.tick(999);
      assert.equal(shown.length, 2);
      mock.timers.tick(1);
      assert.deepEqual(
        shown.slice(2).map(({ message, reports }) => [message, reports]),
        [
          ['Apply', [{ message: '1 of 2', fraction: undefined }]],
          ['Delete', [{}]],
        ],
      );
      for (const each of [asks, works, late]) each.end();
      assert.ok(shown.every(({ closed }) => closed));
      assert.deepEqual(running, [0, 1, 2, 1, 3, 2, 1, 0]);
    } finally {
      mock.timers.reset();
    }
  });
});
