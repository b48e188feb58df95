import { css } from 'lit';

/** What the cards of the dashboard look alike in. */
export const cardStyles = css`
  :host {
    display: block;
    min-width: 0;
    container-type: inline-size;
  }
  .card {
    display: flex;
    flex-direction: column;
    height: 100%;
    padding: 14px 16px 16px;
    border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, var(--vscode-panel-border)));
    border-radius: 6px;
    background: var(--vscode-editorWidget-background, transparent);
  }
  .card-head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
    min-height: 26px;
    margin-bottom: 6px;
  }
  .card-head h2 {
    flex: 1 1 auto;
    margin: 0;
    font-size: 14px;
  }
  .summary {
    margin: 0 0 12px;
    color: var(--vscode-descriptionForeground);
  }
  .number {
    font-variant-numeric: tabular-nums;
    text-align: end;
    white-space: nowrap;
  }
  .scroll-box {
    max-height: 320px;
    overflow: auto;
  }
  th[scope='row'] {
    color: inherit;
    font-weight: 400;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .list {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .list > li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    padding: 8px 0;
    border-top: 1px solid var(--vscode-editorWidget-border, var(--vscode-panel-border, transparent));
  }
  .list > li:first-child {
    border-top: none;
  }
  .list .text {
    flex: 1 1 200px;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .meter {
    height: 4px;
    margin-top: 4px;
    overflow: hidden;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 2px;
    background: color-mix(in srgb, var(--vscode-descriptionForeground) 25%, transparent);
  }
  .meter > div {
    height: 100%;
    background: var(--vscode-progressBar-background);
  }
  .swatch {
    flex: none;
    width: 11px;
    height: 11px;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 2px;
  }
`;
