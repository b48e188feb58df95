import { css } from 'lit';

/** What all pages of the editor area look alike in: measures, controls, tables, banners. Colours are the theme's alone. */
export const pageStyles = css`
  :host {
    display: block;
    height: 100%;
    overflow: auto;
    box-sizing: border-box;
    container-type: inline-size;
    background: var(--vscode-editor-background);
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family, system-ui, sans-serif);
    font-size: var(--vscode-font-size, 13px);
    line-height: 1.5;
  }
  .page {
    max-width: 1080px;
    margin: 0 auto;
    padding: 20px 28px 40px;
  }
  .page.full {
    display: flex;
    flex-direction: column;
    height: 100%;
    padding-bottom: 0;
  }
  h1 {
    font-size: 22px;
    line-height: 1.3;
    font-weight: 400;
    margin: 0;
    overflow-wrap: anywhere;
  }
  h2 {
    font-size: 15px;
    font-weight: 600;
    margin: 28px 0 8px;
  }
  h3 {
    font-size: 13px;
    font-weight: 600;
    margin: 0 0 4px;
  }
  p {
    margin: 0 0 10px;
    max-width: 78ch;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 16px;
    margin-bottom: 14px;
  }
  .head > .grow,
  .grow {
    flex: 1 1 auto;
    min-width: 0;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .mono {
    font-family: var(--vscode-editor-font-family, ui-monospace, monospace);
    font-size: 12px;
    overflow-wrap: anywhere;
  }
`;

export const controlStyles = css`
  button,
  input,
  select,
  textarea {
    font: inherit;
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-height: 28px;
    padding: 3px 12px;
    border: 1px solid var(--vscode-button-border, transparent);
    border-radius: 3px;
    background: var(--vscode-button-secondaryBackground);
    color: var(--vscode-button-secondaryForeground);
    cursor: pointer;
  }
  button:hover:not(:disabled):not([aria-disabled='true']) {
    background: var(--vscode-button-secondaryHoverBackground, var(--vscode-button-secondaryBackground));
  }
  button.primary {
    background: var(--vscode-button-background);
    color: var(--vscode-button-foreground);
  }
  button.primary:hover:not(:disabled):not([aria-disabled='true']) {
    background: var(--vscode-button-hoverBackground, var(--vscode-button-background));
  }
  button.icon {
    min-height: 24px;
    min-width: 24px;
    padding: 3px;
    border-color: transparent;
    background: transparent;
    color: var(--vscode-icon-foreground, var(--vscode-foreground));
  }
  button.icon:hover:not(:disabled) {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  button.link {
    display: inline;
    min-height: 0;
    padding: 0;
    border: none;
    background: transparent;
    color: var(--vscode-textLink-foreground);
    text-align: start;
    text-decoration: underline;
    text-underline-offset: 2px;
  }
  button.link:hover:not(:disabled) {
    background: transparent;
    color: var(--vscode-textLink-activeForeground, var(--vscode-textLink-foreground));
  }
  button:disabled,
  button[aria-disabled='true'] {
    opacity: 0.55;
    cursor: default;
  }
  a {
    color: var(--vscode-textLink-foreground);
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 2px;
  }
  input:not([type='checkbox'], [type='radio']),
  select,
  textarea {
    min-height: 28px;
    max-width: 100%;
    padding: 3px 8px;
    border: 1px solid var(--vscode-input-border, var(--vscode-settings-textInputBorder, transparent));
    border-radius: 3px;
    background: var(--vscode-input-background);
    color: var(--vscode-input-foreground);
  }
  select {
    border-color: var(--vscode-dropdown-border, var(--vscode-input-border, transparent));
    background: var(--vscode-dropdown-background, var(--vscode-input-background));
    color: var(--vscode-dropdown-foreground, var(--vscode-input-foreground));
  }
  input:focus,
  select:focus,
  textarea:focus {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  input::placeholder {
    color: var(--vscode-input-placeholderForeground);
    opacity: 1;
  }
  input[type='checkbox'],
  input[type='radio'] {
    width: 16px;
    height: 16px;
    margin: 2px 0 0;
    flex: none;
    accent-color: var(--vscode-button-background);
  }
  [aria-invalid='true'] {
    border-color: var(--vscode-inputValidation-errorBorder) !important;
  }
  .field {
    display: flex;
    flex-direction: column;
    gap: 4px;
    margin-bottom: 14px;
  }
  .field > input,
  .field > select {
    width: 100%;
  }
  .check {
    display: flex;
    align-items: flex-start;
    gap: 8px;
    padding: 2px 0;
  }
  fieldset {
    border: none;
    margin: 0 0 14px;
    padding: 0;
    min-width: 0;
  }
  legend {
    padding: 0;
    margin-bottom: 4px;
  }
  .muted,
  .hint {
    color: var(--vscode-descriptionForeground);
  }
  .error-text {
    color: var(--vscode-errorForeground);
  }
  .search {
    flex: 1 1 220px;
    min-width: 0;
  }
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
  .state .codicon {
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
