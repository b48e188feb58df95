import { BehaviorSubject, combineLatest, map, type Observable } from 'rxjs';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { ExtensionRegistry } from '#core/workbench/extensions/extension-registry.ts';
import { KeybindingService } from '#core/workbench/keybindings/keybinding-service.ts';
import { WorkbenchStorage } from '#core/workbench/storage/workbench-storage.ts';
import type { Disposable } from '#core/base/lifecycle.ts';
import { localizer$ } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';

export interface StepView {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly done: boolean;
}

export interface WalkthroughView {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly steps: readonly StepView[];
}

const storageKey = 'walkthroughs.done';
/** `WALKTHROUGH/STEP` of those that are done. Read from the store when it is first asked for. */
let doneSteps: BehaviorSubject<ReadonlySet<string>> | undefined;

function done(): BehaviorSubject<ReadonlySet<string>> {
  const stored = doneSteps === undefined ? inject(WorkbenchStorage).get<string[]>(storageKey) : undefined;
  return (doneSteps ??= new BehaviorSubject<ReadonlySet<string>>(new Set(Array.isArray(stored) ? stored : [])));
}

/** The walkthroughs of the extensions whose when-clause holds. */
export function walkthroughs$(): Observable<readonly WalkthroughView[]> {
  const contextKeys = inject(ContextKeyService);
  return combineLatest([inject(ExtensionRegistry).set$, done(), localizer$]).pipe(
    map(([{ extensions }, steps]) =>
      extensions.flatMap(({ contributor, offered }) =>
        offered.manifest.contributes.walkthroughs
          .filter(({ when }) => contextKeys.matches(when))
          .map(({ id, title, description, steps: declared }) => ({
            id,
            title: contributor.localize(title),
            description: contributor.localize(description),
            steps: declared.map((step) => ({
              id: step.id,
              title: contributor.localize(step.title),
              description: contributor.localize(step.description),
              done: steps.has(`${id}/${step.id}`),
            })),
          })),
      ),
    ),
  );
}

export function markStep(walkthrough: string, step: string, isDone: boolean): void {
  const next = new Set(done().value);
  if (isDone) next.add(`${walkthrough}/${step}`);
  else next.delete(`${walkthrough}/${step}`);
  inject(WorkbenchStorage).set(storageKey, [...next]);
  done().next(next);
}

/** Marks steps as done when what they wait for happens: `onCommand:ID`. */
export function followWalkthroughs(): Disposable {
  const registry = inject(ExtensionRegistry);
  const subscription = inject(CommandService).ran$.subscribe((command) => {
    for (const { offered } of registry.current.extensions)
      for (const { id, steps } of offered.manifest.contributes.walkthroughs)
        for (const step of steps)
          if (step.completionEvents?.includes(`onCommand:${command}`)) markStep(id, step.id, true);
  });
  return { dispose: () => subscription.unsubscribe() };
}

export const shortcutOf = (command: string): string | undefined => inject(KeybindingService).label(command);
