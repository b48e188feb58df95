import { css } from 'lit';

export const sessionPageStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    overflow: hidden;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 20px;
    flex: none;
    padding: 10px 16px 8px;
  }
  .who {
    flex: 1 1 260px;
    min-width: 0;
  }
  h1 {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    font-size: 18px;
  }
  .summary {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
    margin: 2px 0 0;
    max-width: none;
    color: var(--vscode-descriptionForeground);
  }
  lk-session-toolbar {
    flex: 0 1 auto;
  }
  .state-mark {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    font-size: 13px;
    font-weight: 400;
    white-space: nowrap;
  }
  .dot {
    width: 9px;
    height: 9px;
    border: 2px solid var(--vscode-descriptionForeground);
    border-radius: 50%;
  }
  .active .dot {
    border-color: var(--latchkey-presence-online);
    background: var(--latchkey-presence-online);
  }
  .interrupted .dot,
  .waiting .dot,
  .signingIn .dot {
    border-color: var(--vscode-editorWarning-foreground);
  }
  .banner {
    flex: none;
    margin: 0 16px 8px;
  }
  .tabs {
    display: flex;
    flex: none;
    overflow-x: auto;
    padding: 0 8px;
    border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
    scrollbar-width: none;
  }
  .tabs button {
    min-height: 30px;
    padding: 4px 10px;
    border: 0;
    border-bottom: 2px solid transparent;
    border-radius: 0;
    background: none;
    color: var(--vscode-panelTitle-inactiveForeground, var(--vscode-descriptionForeground));
    white-space: nowrap;
  }
  .tabs button:hover:not(:disabled):not([aria-disabled='true']) {
    background: none;
    color: var(--vscode-foreground);
  }
  .tabs button[aria-selected='true'] {
    border-bottom-color: var(--vscode-panelTitle-activeBorder, var(--vscode-focusBorder));
    color: var(--vscode-panelTitle-activeForeground, var(--vscode-foreground));
  }
  .panel {
    display: flex;
    flex-direction: column;
    flex: 1;
    min-height: 0;
    overflow: hidden;
  }
  .panel > * {
    flex: 1;
    min-height: 0;
  }
  .panel.scrolls {
    overflow: auto;
  }
  .panel.scrolls > * {
    flex: none;
  }
  .ended {
    padding: 20px 28px;
  }
  .ended dl {
    display: grid;
    grid-template-columns: minmax(90px, max-content) 1fr;
    gap: 4px 20px;
    margin: 12px 0 18px;
  }
  .ended dt {
    color: var(--vscode-descriptionForeground);
  }
  .ended dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .ended h2 {
    display: flex;
    align-items: center;
    gap: 8px;
    margin: 0;
    font-size: 18px;
    font-weight: 400;
  }
  .past {
    height: 320px;
    margin-top: 24px;
    border: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
  }
`;
