import { distinctUntilChanged, filter, map, merge, pairwise, skip } from 'rxjs';
import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { LayoutService } from '#core/workbench/layout/layout-service.ts';
import { inject } from '#webview/base/services.ts';

/** The parts that the focus goes to. */
export interface FocusTargets {
  /** Resolves once what has changed is drawn. */
  drawn(): Promise<unknown>;
  focusEditors(): void;
  focusPanel(): void;
}

/**
 * Sees to it that keys are never for nobody: where what had the focus has gone (an editor, the panel, the side bar), the
 * editors get it; a panel that was opened gets it itself.
 */
export function keepFocus(targets: FocusTargets): Disposable {
  const store = new DisposableStore();
  const layout = inject(LayoutService).layout$;
  const editor = inject(EditorService).active$.pipe(
    map((tab) => tab?.key),
    distinctUntilChanged(),
    skip(1),
  );
  const gone = merge(layout.pipe(skip(1)), editor).subscribe(async () => {
    await targets.drawn();
    if (document.activeElement === document.body) targets.focusEditors();
  });
  const opened = layout
    .pipe(
      map(({ panelVisible }) => panelVisible),
      pairwise(),
      filter(([before, now]) => !before && now),
    )
    .subscribe(async () => {
      await targets.drawn();
      targets.focusPanel();
    });
  for (const subscription of [gone, opened]) store.add({ dispose: () => subscription.unsubscribe() });
  return store;
}
