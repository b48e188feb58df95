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
    left: 6px;
    top: 5px;
    color: var(--vscode-descriptionForeground);
    pointer-events: none;
  }
  .line-input {
    padding: 0 28px;
  }
  .filter .icon-button {
    position: absolute;
    right: 3px;
    top: 2px;
  }
  .problem {
    flex-basis: 100%;
    overflow-wrap: anywhere;
  }
  .problem:not(:empty) {
    margin-top: 4px;
    padding: 4px 6px;
    border: 1px solid var(--vscode-inputValidation-warningBorder);
    background: var(--vscode-inputValidation-warningBackground);
    color: var(--vscode-inputValidation-warningForeground);
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
