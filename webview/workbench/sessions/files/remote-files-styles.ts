import { css } from 'lit';

export const remoteFilesStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    container-type: inline-size;
  }
  .frame {
    position: relative;
    display: flex;
    flex-direction: column;
    flex: 1;
    min-height: 0;
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 4px;
    flex: none;
    padding: 8px 12px;
  }
  .path {
    flex: 1;
    min-width: 60px;
    margin: 0 4px;
  }
  .path input {
    width: 100%;
  }
  .bar [aria-pressed='true'] {
    background: var(--vscode-toolbar-activeBackground, var(--vscode-toolbar-hoverBackground));
    outline: 1px solid var(--vscode-contrastBorder, transparent);
  }
  .banner,
  .more {
    margin: 0 12px 8px;
  }
  lk-file-table {
    flex: 1;
    min-height: 0;
  }
  lk-file-table.loading {
    opacity: 0.6;
  }
  .drop {
    position: absolute;
    inset: 4px;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 12px;
    border: 2px dashed var(--vscode-focusBorder);
    border-radius: 6px;
    background: var(--vscode-editor-background);
    color: var(--vscode-foreground);
    opacity: 0.92;
    pointer-events: none;
  }
  .drop .codicon {
    width: 32px;
    height: 32px;
    font-size: 32px;
  }
  .state {
    flex: 1;
  }
  @container (max-width: 480px) {
    .bar .text {
      display: none;
    }
  }
`;
