/** Resolves once what is to be drawn now is on the screen: what begins then holds that frame up no longer. */
export const afterFrame = (): Promise<void> =>
  // A hidden page draws nothing until somebody looks at it.
  document.hidden ? Promise.resolve() : new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

let first: Promise<void> | undefined;

/** Resolves once the workbench has been drawn for the first time, counted from the first call. */
export const whenDrawn = (): Promise<void> => (first ??= afterFrame());
