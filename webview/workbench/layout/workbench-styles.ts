import { css } from 'lit';

export const workbenchStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
    overflow: hidden;
    background: var(--vscode-editor-background);
  }
  .middle {
    display: flex;
    flex: 1;
    min-height: 0;
  }
  nav,
  nav lk-activity-bar {
    height: 100%;
  }
  .side-bar {
    position: relative;
    display: flex;
    flex: none;
    max-width: calc(100vw - 48px);
    border-inline-end: 1px solid var(--vscode-sideBar-border);
  }
  :host([narrow]) .side-bar {
    flex: 1;
  }
  .side-bar lk-side-bar {
    flex: 1;
  }
  lk-sash.side {
    right: -2px;
  }
  .work {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }
  main {
    display: flex;
    flex: 1;
    min-height: 0;
  }
  main lk-editor-area {
    flex: 1;
  }
  .panel {
    position: relative;
    display: flex;
    flex: none;
    min-height: 77px;
    max-height: calc(100vh - 120px);
  }
  .panel.maximized {
    flex: 1;
    max-height: none;
  }
  .panel lk-panel {
    flex: 1;
    min-width: 0;
  }
  lk-sash.panel-sash {
    top: -2px;
  }
`;
