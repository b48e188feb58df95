import { css } from 'lit';

/** A table of lines in which only those in sight are drawn: `.scroller` around a `.heading` line that stays and a `.body`. */
export const scrollerStyles = css`
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
  }
  .line {
    display: grid;
    grid-template-columns: var(--columns);
    align-items: center;
  }
  .body .line {
    position: absolute;
    inset-inline: 0;
    top: 0;
  }
  .heading {
    position: sticky;
    top: 0;
    z-index: 1;
    background: var(--vscode-editor-background);
    border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
    color: var(--vscode-descriptionForeground);
    font-weight: 600;
  }
  .cell {
    min-width: 0;
    overflow: hidden;
    white-space: nowrap;
  }
`;
