import { css } from 'lit';

export const treeStyles = css`
  :host {
    display: block;
    height: 100%;
    min-height: 0;
    position: relative;
  }
  .tree {
    height: 100%;
    overflow: auto;
    outline: none;
    overflow-anchor: none;
    contain: strict;
  }
  .rows {
    position: relative;
    width: 100%;
  }
  .row {
    position: absolute;
    top: 0;
    left: 0;
    display: flex;
    align-items: center;
    width: 100%;
    height: 22px;
    padding-inline-end: 8px;
    line-height: 22px;
    color: var(--vscode-sideBar-foreground);
    cursor: pointer;
    user-select: none;
    contain: size layout style;
    background-repeat: no-repeat;
    background-position: 8px 0;
  }
  .row.drop {
    outline: 1px dashed var(--vscode-focusBorder);
    outline-offset: -1px;
    background-color: var(--vscode-list-dropBackground, var(--vscode-list-hoverBackground));
  }
  .row:hover {
    background-color: var(--vscode-list-hoverBackground);
    color: var(--vscode-list-hoverForeground);
  }
  .row[aria-selected='true'] {
    background-color: var(--vscode-list-inactiveSelectionBackground);
    color: var(--vscode-list-inactiveSelectionForeground);
    outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .tree:focus .row[aria-selected='true'] {
    background-color: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground);
  }
  .tree:focus .row.focused {
    outline: 1px solid var(--vscode-list-focusOutline);
    outline-offset: -1px;
  }
  /* A line below each twistie that this one is under. */
  .tree:hover .row,
  .tree:focus .row {
    background-image: repeating-linear-gradient(
      to right,
      var(--vscode-tree-inactiveIndentGuidesStroke) 0 1px,
      transparent 1px 8px
    );
  }
  .stale .presence {
    color: var(--latchkey-presence-offline);
  }
  .stale .label {
    font-style: italic;
  }
  .twistie {
    flex: none;
    display: flex;
    align-items: center;
    justify-content: center;
    width: 16px;
    height: 22px;
    margin-inline-start: 4px;
    margin-inline-end: 2px;
  }
  .twistie .codicon {
    font-size: 14px;
    line-height: 16px;
  }
  .loading .codicon {
    animation: spin 1.5s steps(30) infinite;
  }
  @keyframes spin {
    to {
      transform: rotate(360deg);
    }
  }
  .icon {
    flex: none;
    display: flex;
    align-items: center;
    justify-content: center;
    width: 16px;
    margin-inline-end: 6px;
    color: var(--vscode-icon-foreground);
  }
  .presence {
    margin-inline-end: 6px;
  }
  .row[aria-selected='true'] .icon {
    color: inherit;
  }
  .text {
    flex: 1;
    min-width: 0;
    /* Not hidden: that would make each line a scroller. */
    overflow: clip;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .label {
    white-space: pre;
  }
  .label mark {
    background: none;
    color: var(--vscode-list-highlightForeground);
    font-weight: 600;
  }
  .tree:focus .row[aria-selected='true'] mark {
    color: var(--vscode-list-focusHighlightForeground);
  }
  .description {
    margin-inline-start: 3px;
    font-size: 0.9em;
    color: var(--vscode-descriptionForeground);
  }
  .row[aria-selected='true'] .description {
    color: inherit;
  }
  .badge {
    flex: none;
    min-width: 18px;
    margin-inline-start: 6px;
    padding: 0 5px;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 9px;
    background: var(--vscode-badge-background);
    color: var(--vscode-badge-foreground);
    font-size: 11px;
    line-height: 16px;
    text-align: center;
  }
  .warning {
    color: var(--vscode-list-warningForeground);
  }
  .actions {
    flex: none;
    display: flex;
    gap: 2px;
    margin-inline-start: 4px;
  }
  .actions .icon-button {
    width: 20px;
    height: 20px;
    color: inherit;
  }
`;
