import { css } from 'lit';

/** The product's mark above what is shown in place of the workbench. */
export const markStyles = css`
  .mark {
    display: grid;
    place-items: center;
    width: 48px;
    height: 48px;
    margin-bottom: 16px;
    border-radius: 10px;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    background: var(--vscode-button-background);
    color: var(--vscode-button-foreground);
  }
  .mark .codicon {
    width: 26px;
    height: 26px;
    font-size: 26px;
  }
`;
