import type { Observable } from 'rxjs';
import { version } from '#core/base/version.ts';
import type { Localizer } from '#core/base/l10n/localizer.ts';
import { followFeed } from './tray-feed.ts';
import type { TrayState } from './tray-state.ts';
import { trayNotices, trayView, type TrayCommand, type TrayView } from './tray-view.ts';

/** The icon, by the system's own means. */
export interface TrayIcon {
  show(view: TrayView): void;
  /** Says something beside the icon, for some seconds. */
  notify(title: string, text: string): void;
  /** What was chosen. */
  readonly commands$: Observable<TrayCommand>;
  /** Resolves when the system wants the program to end: whoever sits there signs out. */
  readonly closed: Promise<void>;
  /** Takes it away. */
  dispose(): Promise<void>;
}

export interface TrayOptions {
  readonly icon: TrayIcon;
  /** Where the service says how it stands. */
  readonly feed: string;
  readonly localizer: Localizer;
  readonly signal: AbortSignal;
  readonly act: (command: TrayCommand) => Promise<void>;
  readonly onProblem: (error: unknown) => void;
  /** Whether the program is still installed. */
  readonly isInstalled: () => boolean;
}

/**
 * Shows how the endpoint stands until whoever sits there signs out, the service ends (it starts this anew when it starts), or the
 * endpoint is no longer installed.
 * @returns `otherVersion` where the program was replaced by another version, which is to take over
 */
export async function runTray(options: TrayOptions): Promise<'closed' | 'otherVersion'> {
  const { icon, feed, localizer, signal, act, onProblem, isInstalled } = options;
  let state: TrayState | undefined;
  // The service says what goes on as the computer is started, too: such sessions are told of by the menu alone.
  let known = false;
  let acting = false;
  const commands = icon.commands$.subscribe((command) => {
    // Windows may still be asking about the last one.
    if (acting) return;
    acting = true;
    void act(command)
      .catch(onProblem)
      .finally(() => (acting = false));
  });
  let following: ReturnType<typeof followFeed> | undefined;
  const ended = new Promise<'closed' | 'otherVersion'>((resolve) => {
    const close = (): void => resolve('closed');
    signal.addEventListener('abort', close, { once: true });
    if (signal.aborted) close();
    void icon.closed.then(close);
    following = followFeed(
      feed,
      (next) => {
        if (!next && !isInstalled()) return close();
        if (next && next.version !== version) return resolve('otherVersion');
        for (const text of known ? trayNotices(state, next, localizer) : [])
          icon.notify(localizer.t('notice.title'), text);
        known ||= next !== undefined;
        state = next;
        icon.show(trayView(next, localizer));
      },
      close,
    );
  });
  try {
    return await ended;
  } finally {
    following?.dispose();
    commands.unsubscribe();
    await icon.dispose();
  }
}
