import type { Disposable } from '#core/base/lifecycle.ts';

/** A file that is let go beside the place for it must not take the workbench's: a browser would show it instead. */
export function refuseStrayDrops(): Disposable {
  const refuse = (event: DragEvent): void => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  for (const type of ['dragover', 'drop'] as const) addEventListener(type, refuse);
  return {
    dispose() {
      for (const type of ['dragover', 'drop'] as const) removeEventListener(type, refuse);
    },
  };
}
