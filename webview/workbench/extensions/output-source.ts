import { BehaviorSubject, distinctUntilChanged, type Observable } from 'rxjs';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import type { Disposable } from '#core/base/lifecycle.ts';
import { errorText, t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';

export interface OutputLine {
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly level: 'info' | 'warn' | 'error';
  /** Whose it is: an extension's name, or `connection`. */
  readonly channel: string;
  /** The channel's name as it is shown. */
  readonly source: string;
  readonly message: string;
}

/** The oldest lines are dropped beyond this. */
const longest = 2000;

const lines = new BehaviorSubject<readonly OutputLine[]>([]);
let next = 1;

export const output$ = (): Observable<readonly OutputLine[]> => lines;

/** Writes a line: what `ExtensionServices.log` calls, with the extension's display name as `source`. */
export function writeOutput(channel: string, source: string, level: OutputLine['level'], message: string): void {
  const line: OutputLine = { number: next++, at: Date.now(), level, channel, source, message };
  lines.next([...lines.value.slice(-(longest - 1)), line]);
}

export const clearOutput = (): void => lines.next([]);

/** Writes down when the connection to the hub comes and goes. */
export function logConnection(): Disposable {
  const subscription = inject(HubConnection)
    .status$.pipe(distinctUntilChanged((a, b) => a.state === b.state))
    .subscribe(({ state, error, latency }) => {
      const level = state === 'offline' ? 'warn' : 'info';
      const reason = error && state !== 'online' ? ` ${errorText(error)}` : '';
      const text = t(`output.connection.${state}`, { latency: Math.round(latency ?? 0) });
      writeOutput('connection', t('output.connection'), level, text + reason);
    });
  return { dispose: () => subscription.unsubscribe() };
}
