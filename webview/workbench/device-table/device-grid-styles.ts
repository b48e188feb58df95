import { css, type CSSResultGroup } from 'lit';
import { scrollerStyles } from '../pages/scroller-styles.ts';

const ownStyles = css`
  .body {
    min-width: var(--least);
  }
  .line {
    min-width: var(--least);
    height: 24px;
    user-select: none;
  }
  .body .line {
    cursor: pointer;
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
    color: inherit;
    font: inherit;
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
    padding: 0 8px;
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

export const deviceGridStyles: CSSResultGroup = [scrollerStyles, ownStyles];
