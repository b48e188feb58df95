import { css } from 'lit';

export const deviceGridStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .scroller {
    flex: 1;
    min-height: 0;
    overflow: auto;
    outline-offset: -1px;
  }
  .body {
    position: relative;
    min-width: var(--least);
  }
  .line {
    display: grid;
    grid-template-columns: var(--columns);
    align-items: center;
    min-width: var(--least);
    height: 24px;
    user-select: none;
  }
  .body .line {
    position: absolute;
    inset-inline: 0;
    top: 0;
    cursor: pointer;
  }
  .heading {
    position: sticky;
    top: 0;
    z-index: 1;
    background: var(--vscode-editor-background);
    border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
  }
  .heading button {
    display: flex;
    align-items: center;
    gap: 4px;
    width: 100%;
    height: 24px;
    padding: 0 8px;
    border: none;
    background: transparent;
    color: var(--vscode-descriptionForeground);
    font: inherit;
    font-weight: 600;
    cursor: pointer;
  }
  .heading button:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .cell {
    display: flex;
    align-items: center;
    gap: 4px;
    min-width: 0;
    padding: 0 8px;
    overflow: hidden;
    white-space: nowrap;
  }
  .heading .cell {
    padding: 0;
  }
  .cell:first-child,
  .cell:first-child button {
    padding-inline-start: 16px;
  }
  .heading .cell:first-child {
    padding-inline-start: 0;
  }
  .heading button > span:first-child,
  .cell > span,
  .cell > time {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .body .line:not([aria-selected='true']):hover {
    background: var(--vscode-list-hoverBackground);
  }
  .line[aria-selected='true'] {
    background: var(--vscode-list-inactiveSelectionBackground);
    color: var(--vscode-list-inactiveSelectionForeground);
    outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .scroller:focus .line[aria-selected='true'] {
    background: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground);
  }
  .line[aria-selected='true'] .presence {
    color: inherit;
  }
  .scroller:focus .line.focused {
    outline: 1px solid var(--vscode-list-focusOutline, var(--vscode-focusBorder));
    outline-offset: -1px;
  }
`;
