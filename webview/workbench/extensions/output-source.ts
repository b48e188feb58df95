import { BehaviorSubject, combineLatest, distinctUntilChanged, map, type Observable } from 'rxjs';
import type { Disposable } from '#core/base/lifecycle.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { ExtensionLog } from '#core/workbench/extensions/extension-log.ts';
import { ExtensionRegistry } from '#core/workbench/extensions/extension-registry.ts';
import { errorText, t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';

export interface OutputLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly level: 'info' | 'warn' | 'error';
  /** Whose it is: an extension's name, or `connection`. */
  readonly channel: string;
  /** The channel's name as it is shown. */
  readonly source: string;
  readonly message: string;
}

/** The oldest lines of the connection are dropped beyond this. */
const longest = 500;

const connectionLines = new BehaviorSubject<readonly OutputLine[]>([]);

/** What extensions and the connection have written, in the order of time. */
export function output$(): Observable<readonly OutputLine[]> {
  const registry = inject(ExtensionRegistry);
  const nameOf = (name: string): string => {
    const extension = registry.get(name);
    return extension ? extension.contributor.localize(extension.offered.manifest.displayName) : name;
  };
  return combineLatest([inject(ExtensionLog).lines$, connectionLines]).pipe(
    map(([lines, connection]) =>
      [
        ...lines.map(({ extension, ...line }) => ({ ...line, channel: extension, source: nameOf(extension) })),
        ...connection,
      ].sort((a, b) => a.at - b.at),
    ),
  );
}

export function clearOutput(): void {
  inject(ExtensionLog).clear();
  connectionLines.next([]);
}

/** Writes down when the connection to the hub comes and goes. */
export function logConnection(): Disposable {
  const subscription = inject(HubConnection)
    .status$.pipe(distinctUntilChanged((a, b) => a.state === b.state))
    .subscribe(({ state, error, latency }) => {
      const reason = error && state === 'offline' ? ` ${errorText(error)}` : '';
      const line: OutputLine = {
        at: Date.now(),
        level: state === 'offline' ? 'warn' : 'info',
        channel: 'connection',
        source: t('output.connection'),
        message: t(`output.connection.${state}`, { latency: Math.round(latency ?? 0) }) + reason,
      };
      connectionLines.next([...connectionLines.value.slice(-(longest - 1)), line]);
    });
  return { dispose: () => subscription.unsubscribe() };
}
