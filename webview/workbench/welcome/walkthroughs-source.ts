import { map, merge, startWith, type Observable } from 'rxjs';
import { KeybindingService } from '#core/workbench/keybindings/keybinding-service.ts';
import { WalkthroughRegistry, type Walkthrough } from '#core/workbench/extensions/walkthrough-registry.ts';
import { localizer$ } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';

/** The walkthroughs of the extensions whose when-clause holds, whenever one of them, or the language, changes. */
export function walkthroughs$(): Observable<readonly Walkthrough[]> {
  const registry = inject(WalkthroughRegistry);
  return merge(registry.changes$, localizer$).pipe(
    startWith(undefined),
    map(() => registry.all()),
  );
}

export const markStep = (walkthrough: string, step: string, done: boolean): void =>
  inject(WalkthroughRegistry).mark(walkthrough, step, done);

export const shortcutOf = (command: string): string | undefined => inject(KeybindingService).label(command);
