import { css } from 'lit';

/** What stands on a page or in a dialog: banners, states, tables, the dialog itself. */
export const contentStyles = css`
  .banner {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
    margin: 0 0 14px;
    padding: 8px 12px;
    border: 1px solid var(--vscode-inputValidation-infoBorder, var(--vscode-contrastBorder, transparent));
    border-radius: 3px;
    background: var(--vscode-inputValidation-infoBackground, transparent);
    color: var(--vscode-inputValidation-infoForeground, var(--vscode-foreground));
  }
  .banner.warning {
    border-color: var(--vscode-inputValidation-warningBorder, var(--vscode-contrastBorder, transparent));
    background: var(--vscode-inputValidation-warningBackground, transparent);
    color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground));
  }
  .banner.error {
    border-color: var(--vscode-inputValidation-errorBorder, var(--vscode-contrastBorder, transparent));
    background: var(--vscode-inputValidation-errorBackground, transparent);
    color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
  }
  .banner > .grow {
    flex: 1 1 220px;
  }
  .state {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 12px;
    min-height: 180px;
    padding: 24px;
    text-align: center;
    color: var(--vscode-descriptionForeground);
  }
  .state > .codicon {
    width: 32px;
    height: 32px;
    font-size: 32px;
  }
  .state p {
    max-width: 60ch;
    margin: 0;
  }
  .badge {
    display: inline-block;
    padding: 1px 7px;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 10px;
    background: var(--vscode-badge-background);
    color: var(--vscode-badge-foreground);
    font-size: 11px;
    white-space: nowrap;
  }
  .scroll {
    overflow-x: auto;
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th {
    padding: 6px 10px;
    border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, var(--vscode-contrastBorder)));
    color: var(--vscode-descriptionForeground);
    font-weight: 600;
    text-align: start;
    white-space: nowrap;
  }
  td {
    padding: 6px 10px;
    border-bottom: 1px solid var(--vscode-editorWidget-border, var(--vscode-panel-border, transparent));
    vertical-align: top;
    overflow-wrap: anywhere;
  }
  tbody tr:hover {
    background: var(--vscode-list-hoverBackground);
  }
  td.actions,
  th.actions {
    width: 1%;
    white-space: nowrap;
    text-align: end;
  }
  .end {
    text-align: end;
    white-space: nowrap;
  }
  dialog {
    width: min(480px, calc(100vw - 32px));
    max-height: calc(100vh - 48px);
    padding: 20px;
    border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
    border-radius: 5px;
    background: var(--vscode-editorWidget-background);
    color: var(--vscode-editorWidget-foreground, var(--vscode-foreground));
    box-shadow: 0 4px 24px var(--vscode-widget-shadow, transparent);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 45%);
  }
  dialog h2 {
    margin: 0 0 12px;
  }
  dialog .buttons {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 8px;
    margin-top: 18px;
  }
  @container (max-width: 560px) {
    .page {
      padding: 14px 14px 28px;
    }
    .stack thead {
      display: none;
    }
    .stack tr {
      display: block;
      padding: 8px 0;
      border-bottom: 1px solid var(--vscode-editorWidget-border, var(--vscode-panel-border, transparent));
    }
    .stack td {
      display: flex;
      gap: 8px;
      width: auto;
      padding: 2px 4px;
      border: none;
      text-align: start;
      white-space: normal;
    }
    .stack td.blank {
      display: none;
    }
    .stack td[data-label]:not([data-label=''])::before {
      content: attr(data-label);
      flex: 0 0 38%;
      color: var(--vscode-descriptionForeground);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;
