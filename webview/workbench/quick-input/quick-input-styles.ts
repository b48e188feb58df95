import { css } from 'lit';

export const quickInputStyles = css`
  :host {
    position: fixed;
    inset: 0;
    z-index: 60;
    pointer-events: none;
  }
  .widget {
    pointer-events: auto;
    display: flex;
    flex-direction: column;
    width: min(600px, calc(100vw - 16px));
    max-height: min(520px, calc(100vh - 16px));
    margin: 6px auto 0;
    overflow: hidden;
    border: 1px solid var(--vscode-widget-border);
    border-radius: 6px;
    background: var(--vscode-quickInput-background);
    color: var(--vscode-quickInput-foreground);
    box-shadow: 0 0 8px 2px var(--vscode-widget-shadow);
  }
  .title {
    display: flex;
    align-items: center;
    min-height: 28px;
    padding: 0 4px;
    background: var(--vscode-quickInputTitle-background);
  }
  .title h1 {
    flex: 1;
    margin: 0;
    font-size: 13px;
    font-weight: 600;
    text-align: center;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .title .step {
    padding-inline-end: 6px;
    color: var(--vscode-descriptionForeground);
  }
  .entry {
    display: flex;
    align-items: center;
    gap: 6px;
    padding: 6px;
  }
  .line-input {
    padding: 0 6px;
  }
  .line-input[aria-invalid='true'] {
    border-color: var(--vscode-inputValidation-errorBorder);
    outline-color: var(--vscode-inputValidation-errorBorder);
  }
  .message {
    padding: 2px 10px 8px;
    overflow-wrap: anywhere;
    color: var(--vscode-descriptionForeground);
  }
  .problem {
    margin: 0 6px 8px;
    padding: 4px 6px;
    border: 1px solid var(--vscode-inputValidation-errorBorder);
    background: var(--vscode-inputValidation-errorBackground);
    color: var(--vscode-inputValidation-errorForeground);
    overflow-wrap: anywhere;
  }
  .still {
    height: 2px;
  }
  .list {
    overflow: auto;
    flex: 0 1 auto;
    min-height: 0;
    padding: 0 6px 6px;
  }
  .list .rows {
    position: relative;
  }
  .option {
    position: absolute;
    left: 0;
    right: 0;
    display: grid;
    grid-template-columns: auto minmax(0, auto) minmax(0, 1fr) auto;
    align-items: center;
    column-gap: 6px;
    padding: 0 6px;
    border-radius: 3px;
    line-height: 22px;
    cursor: pointer;
    white-space: nowrap;
  }
  .option:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .option.active {
    background: var(--vscode-quickInputList-focusBackground);
    color: var(--vscode-quickInputList-focusForeground);
    outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .option[aria-disabled='true'] {
    color: var(--vscode-disabledForeground);
    cursor: default;
  }
  .option.headed {
    border-top: 1px solid var(--vscode-pickerGroup-border);
    border-radius: 0 0 3px 3px;
  }
  .sign {
    display: flex;
    align-items: center;
    gap: 6px;
    height: 22px;
  }
  .sign:empty {
    display: none;
  }
  .label,
  .description,
  .detail {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .description {
    font-size: 12px;
    color: var(--vscode-descriptionForeground);
  }
  .active .description,
  .active .detail {
    color: inherit;
  }
  .detail {
    grid-column: 1 / -1;
    font-size: 12px;
    line-height: 18px;
    color: var(--vscode-descriptionForeground);
  }
  .end {
    grid-column: 4;
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .heading {
    font-size: 12px;
    color: var(--vscode-pickerGroup-foreground);
  }
  mark {
    background: none;
    color: var(--vscode-list-highlightForeground);
    font-weight: 600;
  }
  .active mark {
    color: var(--vscode-list-focusHighlightForeground);
  }
  .none {
    padding: 4px 10px 10px;
    color: var(--vscode-descriptionForeground);
  }
  .check {
    width: 16px;
    height: 16px;
    border: 1px solid var(--vscode-checkbox-border);
    border-radius: 3px;
    background: var(--vscode-checkbox-background);
    color: var(--vscode-checkbox-foreground);
  }
  .check .codicon {
    font-size: 14px;
    width: 14px;
    height: 14px;
  }
`;
