import { css } from 'lit';

export const devicePageStyles = css`
  .presence {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    white-space: nowrap;
  }
  .dot {
    width: 10px;
    height: 10px;
    border: 2px solid var(--vscode-descriptionForeground);
    border-radius: 50%;
  }
  .online .dot {
    border-color: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
    background: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
  }
  .inSession .dot {
    border-color: var(--vscode-charts-blue, var(--vscode-textLink-foreground));
    background: var(--vscode-charts-blue, var(--vscode-textLink-foreground));
  }
  .asleep .dot {
    border-color: var(--vscode-charts-yellow, var(--vscode-editorWarning-foreground));
  }
  .summary {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 18px;
    max-width: none;
    margin-bottom: 18px;
    color: var(--vscode-descriptionForeground);
  }
  .summary .codicon {
    vertical-align: text-bottom;
  }
  .note {
    margin: 14px 0 0;
  }
  h2 {
    margin-top: 22px;
  }
  .facts {
    margin: 0 0 8px;
  }
  .facts > div {
    display: grid;
    grid-template-columns: minmax(120px, 220px) 1fr;
    gap: 4px 16px;
    padding: 4px 0;
    border-bottom: 1px solid var(--vscode-editorWidget-border, var(--vscode-panel-border, transparent));
  }
  dt {
    padding-top: 2px;
    color: var(--vscode-descriptionForeground);
    overflow-wrap: anywhere;
  }
  dd {
    margin: 0;
    min-width: 0;
  }
  .value {
    display: flex;
    align-items: center;
    gap: 4px;
    min-height: 24px;
  }
  .value > span {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .value lk-copy-button {
    opacity: 0.55;
  }
  .value:hover lk-copy-button,
  .value lk-copy-button:focus-within {
    opacity: 1;
  }
  lk-audit-view {
    height: max(320px, calc(100vh - 320px));
  }
  @container (max-width: 560px) {
    .facts > div {
      grid-template-columns: 1fr;
      gap: 0;
    }
    .head .grow {
      display: none;
    }
  }
`;
