import { css } from 'lit';

export const treeViewStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
    min-height: 0;
  }
  lk-tree {
    flex: 1;
  }
  lk-tree + .empty {
    flex: none;
    max-height: 60%;
  }
  .filter {
    position: relative;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    flex: none;
    margin: 4px 10px 6px;
  }
  .filter > .codicon {
    position: absolute;
    z-index: 1;
    left: 6px;
    top: 5px;
    color: var(--vscode-descriptionForeground);
    pointer-events: none;
  }
  lk-query-input {
    flex: 1 1 100%;
    --padding: 28px;
  }
  .filter .icon-button {
    position: absolute;
    right: 3px;
    top: 2px;
  }
  .empty {
    overflow: auto;
    padding: 4px 20px 12px;
    overflow-wrap: anywhere;
  }
  .empty p {
    margin: 6px 0 10px;
    line-height: 1.5;
  }
  .muted {
    color: var(--vscode-descriptionForeground);
  }
  .wide {
    display: block;
    width: 100%;
    max-width: 300px;
    margin: 10px auto;
  }
  .link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--vscode-textLink-foreground);
    font: inherit;
    text-decoration: underline;
    cursor: pointer;
  }
`;
