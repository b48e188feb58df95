import { css } from 'lit';

export const sessionTerminalsStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 4px;
    flex: none;
    padding: 0 12px;
    border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
  }
  .tabs {
    display: flex;
    min-width: 0;
    overflow-x: auto;
    scrollbar-width: none;
  }
  .tab {
    display: flex;
    align-items: center;
    flex: none;
    border-bottom: 2px solid transparent;
  }
  .tab.selected {
    border-bottom-color: var(--vscode-panelTitle-activeBorder, var(--vscode-focusBorder));
  }
  .tab .name {
    min-height: 28px;
    padding: 2px 4px 2px 8px;
    border: 0;
    background: none;
    color: var(--vscode-descriptionForeground);
  }
  .tab .name:hover:not(:disabled):not([aria-disabled='true']) {
    background: none;
    color: var(--vscode-foreground);
  }
  .tab.selected .name {
    color: var(--vscode-foreground);
  }
  .tab .close {
    min-width: 20px;
    min-height: 20px;
  }
  .tab:not(.selected, :hover) .close {
    opacity: 0;
  }
  .tab .close:focus-visible {
    opacity: 1;
  }
  .panel {
    display: flex;
    flex-direction: column;
    flex: 1;
    min-height: 0;
  }
  lk-terminal {
    flex: 1;
    min-height: 0;
  }
  .note {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    flex: none;
    padding: 4px 12px;
    background: var(--vscode-inputValidation-infoBackground, var(--vscode-editorWidget-background));
    color: var(--vscode-inputValidation-infoForeground, var(--vscode-foreground));
    border-bottom: 1px solid var(--vscode-inputValidation-infoBorder, var(--vscode-contrastBorder, transparent));
  }
  .note .grow {
    flex: 1 1 160px;
  }
  .banner {
    margin: 8px 12px;
  }
`;
