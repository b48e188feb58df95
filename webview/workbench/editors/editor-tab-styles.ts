import { css } from 'lit';

export const editorTabStyles = css`
  .bar {
    display: flex;
    align-items: center;
    flex: none;
    height: 35px;
    background: var(--vscode-editorGroupHeader-tabsBackground);
    box-shadow: inset 0 -1px var(--vscode-editorGroupHeader-tabsBorder);
  }
  .tabs {
    display: flex;
    flex: 1;
    min-width: 0;
    height: 100%;
    overflow-x: auto;
    overflow-y: hidden;
    scrollbar-width: none;
  }
  .tabs::-webkit-scrollbar {
    display: none;
  }
  .overflow {
    margin: 0 6px;
  }
  .tab {
    display: flex;
    align-items: center;
    flex: none;
    gap: 6px;
    min-width: 80px;
    max-width: 240px;
    height: 100%;
    padding: 0 4px 0 10px;
    border-inline-end: 1px solid var(--vscode-tab-border);
    border-bottom: 1px solid var(--vscode-editorGroupHeader-tabsBorder);
    background: var(--vscode-tab-inactiveBackground);
    color: var(--vscode-tab-inactiveForeground);
    cursor: pointer;
    user-select: none;
  }
  .tab:hover {
    background: var(--vscode-tab-hoverBackground);
  }
  .tab.active {
    background: var(--vscode-tab-activeBackground);
    color: var(--vscode-tab-activeForeground);
    border-bottom-color: var(--vscode-tab-activeBorder);
    box-shadow: inset 0 1px var(--vscode-tab-activeBorderTop);
  }
  .tab.preview .title {
    font-style: italic;
  }
  .title {
    flex: 1;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .close {
    width: 20px;
    height: 20px;
    opacity: 0;
    color: inherit;
  }
  .tab.active .close,
  .tab:hover .close,
  .tab:focus-visible .close,
  .tab.dirty .close {
    opacity: 1;
  }
`;
