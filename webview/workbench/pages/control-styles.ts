import { css } from 'lit';

/** Buttons, links and what is filled in. */
export const formStyles = css`
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
`;
