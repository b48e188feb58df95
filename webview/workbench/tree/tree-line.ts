import { html, nothing, type TemplateResult } from 'lit';
import type { Highlight } from '#core/workbench/context-keys/fuzzy-match.ts';
import { icon } from '#webview/base/styles.ts';
import { presenceIcon } from './presence-icon.ts';
import type { TreeAction, TreeRow } from './tree-rows.ts';

export const rowHeight = 22;
/** Of a twistie with what is left and right of it, in pixels. */
const twistieWidth = 22;
const indentWidth = 8;

/** How a line stands in its tree. */
export interface LineState {
  readonly index: number;
  readonly focused: boolean;
  readonly selected: boolean;
  /** What is dragged would be dropped here. */
  readonly dropTarget: boolean;
  /** Shown at its end. */
  readonly actions: TemplateResult | typeof nothing;
}

export const lineId = (index: number): string => `row-${index}`;

/** The index of the line that something happened in. */
export function lineAt({ target }: Event): number | undefined {
  const line = target instanceof Element ? target.closest('[role=treeitem]') : null;
  return line ? Number(line.id.slice(lineId(0).length - 1)) : undefined;
}

/**
 * One line. Few elements and no listeners: with each key stroke in a filter, dozens of lines show another row, and what they then
 * have in common with what they showed is not touched.
 */
export function treeLine(row: TreeRow, { index, focused, selected, dropTarget, actions }: LineState): TemplateResult {
  const indent = (row.level - 1) * indentWidth;
  const before = row.fold === 'none' ? indent + twistieWidth : indent;
  return html`<div
    id=${lineId(index)}
    class=${`row${focused ? ' focused' : ''}${row.stale ? ' stale' : ''}${dropTarget ? ' drop' : ''}`}
    style=${`top:${index * rowHeight}px;padding-inline-start:${before}px;background-size:${indent}px`}
    role="treeitem"
    aria-level=${row.level}
    aria-setsize=${row.siblings}
    aria-posinset=${row.position}
    aria-selected=${selected}
    aria-expanded=${row.fold === 'none' ? nothing : row.fold !== 'collapsed'}
    aria-label=${[row.label, row.description, row.badge, row.presenceText].filter(Boolean).join(', ')}
    title=${row.tooltip ?? row.label}
    draggable=${row.draggable ? 'true' : nothing}
  >
    ${row.fold === 'none' ? nothing : html`<span class="twistie ${row.fold}">${icon(twisties[row.fold])}</span>`}
    ${row.presence ? presenceIcon(row.presence) : nothing}
    ${row.icon ? html`<span class="icon">${icon(row.icon, row.warning ? 'warning' : undefined)}</span>` : nothing}
    <span class="text"
      ><span class="label">${label(row.label, row.highlights)}</span>
      <span class="description">${row.description || nothing}</span></span
    >
    ${actions} ${row.badge ? html`<span class="badge">${row.badge}</span>` : nothing}
  </div>`;
}

/** The buttons of a line. */
export const lineActions = (
  actions: readonly TreeAction[],
  chosen: (action: TreeAction) => void,
): TemplateResult | typeof nothing =>
  actions.length === 0
    ? nothing
    : html`<span class="actions"
        >${actions.map(
          (action) =>
            html`<button
              class="icon-button"
              tabindex="-1"
              title=${action.disabledReason ? `${action.label} – ${action.disabledReason}` : action.label}
              aria-label=${action.label}
              aria-description=${action.disabledReason ?? nothing}
              aria-disabled=${action.disabledReason ? 'true' : nothing}
              @click=${(event: MouseEvent) => {
                event.stopPropagation();
                if (!action.disabledReason) chosen(action);
              }}
            >
              ${icon(action.icon)}
            </button>`,
        )}</span
      >`;

const twisties = { collapsed: 'chevron-right', expanded: 'chevron-down', loading: 'loading' } as const;

/** A text with what was searched for marked. The first mark stays an element, so that nothing is made while somebody types. */
function label(text: string, highlights: readonly Highlight[] = []): TemplateResult {
  const [{ start, end } = { start: text.length, end: text.length }, ...more] = highlights;
  const rest = text.slice(end);
  return html`${text.slice(0, start)}<mark>${text.slice(start, end)}</mark>${
    more.length === 0
      ? rest
      : label(
          rest,
          more.map((each) => ({ start: each.start - end, end: each.end - end })),
        )
  }`;
}
