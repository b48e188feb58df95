/** The element that has the focus, looked for through shadow roots. */
export function deepActiveElement(root: Document | ShadowRoot = document): Element | null {
  let active = root.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}

/** What lies above the pages, and what a person is busy with while it has the focus. */
const above = 'lk-quick-input, lk-menu, lk-notification, dialog, lk-confirm-dialog';

/** Gives the focus to what has just appeared in a page; not while the person is busy with something above the page. */
export function takeFocus(element: HTMLElement | null | undefined): void {
  for (let at = deepActiveElement(); at; at = at.parentElement ?? hostOf(at)) if (at.matches(above)) return;
  element?.focus();
}

function hostOf(element: Element): Element | null {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

/** Whether keys that the element gets are for writing text: plain keys are then nobody else's. */
export function isTextInput(element: Element | null | undefined): boolean {
  if (element instanceof HTMLTextAreaElement) return true;
  if (element instanceof HTMLInputElement)
    return !['button', 'checkbox', 'radio', 'range', 'submit', 'reset', 'file', 'color', 'image'].includes(
      element.type,
    );
  return element instanceof HTMLElement && element.isContentEditable;
}

export interface RovingOptions {
  readonly orientation: 'horizontal' | 'vertical';
  /** Whether the end leads to the start. On unless told. */
  readonly wrap?: boolean;
}

/**
 * One tab stop for a row of things (WAI-ARIA: roving tabindex): arrows, Home and End move between them. Call it from
 * `keydown` of what holds them.
 * @returns the item that the focus went to, undefined where the key was none of these
 */
export function moveFocus<E extends HTMLElement>(
  event: KeyboardEvent,
  items: readonly E[],
  { orientation, wrap = true }: RovingOptions,
): E | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey || items.length === 0) return undefined;
  const horizontal = orientation === 'horizontal';
  const back = horizontal ? 'ArrowLeft' : 'ArrowUp';
  const on = horizontal ? 'ArrowRight' : 'ArrowDown';
  const path = event.composedPath();
  const at = items.findIndex((item) => path.includes(item));
  const targets: Record<string, number> = { [back]: at - 1, [on]: at + 1, Home: 0, End: items.length - 1 };
  const target = targets[event.key];
  if (target === undefined) return undefined;
  event.preventDefault();
  event.stopPropagation();
  const index = wrap ? (target + items.length) % items.length : Math.min(Math.max(target, 0), items.length - 1);
  const item = items[index];
  item?.focus();
  return item;
}
