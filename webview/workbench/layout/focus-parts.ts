import { deepActiveElement } from '#webview/base/focus.ts';

const parts = ['lk-activity-bar', 'lk-side-bar', 'lk-editor-area', 'lk-panel', 'lk-status-bar'];
const focusable = 'button:not([disabled], [tabindex="-1"]), [href], input, [tabindex="0"]';

/** Puts the focus into the next part of the workbench that is shown (1), or into the one before (-1), around the ends. */
export function focusPart(step: 1 | -1): void {
  const root = document.querySelector('lk-workbench')?.shadowRoot;
  const shown = parts
    .map((part) => root?.querySelector<HTMLElement>(part))
    .filter((part): part is HTMLElement => !!part && part.offsetParent !== null);
  const at = shown.findIndex(holdsFocus);
  for (let tried = 1; tried <= shown.length; tried++) {
    const part = shown[(at + step * tried + shown.length * 2) % shown.length];
    if (!part) return;
    part.focus();
    if (!holdsFocus(part)) part.shadowRoot?.querySelector<HTMLElement>(focusable)?.focus();
    if (holdsFocus(part)) return;
  }
}

function holdsFocus(part: Element): boolean {
  for (let at = deepActiveElement(); at;) {
    if (at === part) return true;
    const root = at.getRootNode();
    at = at.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  }
  return false;
}
