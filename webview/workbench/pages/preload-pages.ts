import { filter, take } from 'rxjs';
import type { Disposable } from '#core/base/lifecycle.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { inject } from '#webview/base/services.ts';
import { editorKinds, panelTabs } from '../editors/editor-registry.ts';

const idle = (): Promise<unknown> => new Promise((resolve) => requestIdleCallback(resolve));

/**
 * Fetches the code of all pages, one after another while there is nothing else to do, once what the technician came for is
 * there: each then opens at once, and opens while the hub is away.
 */
export function preloadPages(): Disposable {
  let disposed = false;
  const live = inject(DeviceReplica).state$.pipe(
    filter((state) => state === 'live'),
    take(1),
  );
  const subscription = live.subscribe(async () => {
    for (const { load } of [...editorKinds(), ...panelTabs()]) {
      await idle();
      if (disposed) return;
      await load().catch(() => {}); // fetched, and told of, when it is opened
    }
  });
  return {
    dispose: () => {
      disposed = true;
      subscription.unsubscribe();
    },
  };
}
