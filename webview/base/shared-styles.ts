import { css } from 'lit';

/** A line to be typed in, above a list. Its padding is its owner's. */
export const lineInputStyles = css`
  .line-input {
    flex: 1;
    min-width: 0;
    height: 26px;
    border: 1px solid var(--vscode-input-border);
    border-radius: 2px;
    background: var(--vscode-input-background);
    color: var(--vscode-input-foreground);
    font: inherit;
  }
  .line-input::placeholder {
    color: var(--vscode-input-placeholderForeground);
    opacity: 1;
  }
  .line-input:focus {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
`;

/** A thin line in which something moves: `<div class="slide"><span></span></div>` for what takes time nobody knows of. */
export const slideStyles = css`
  .slide {
    height: 2px;
    overflow: hidden;
  }
  .slide span {
    display: block;
    width: 20%;
    height: 100%;
    background: var(--vscode-progressBar-background);
    animation: slide 1.8s linear infinite;
  }
  @keyframes slide {
    from {
      transform: translateX(-100%);
    }
    to {
      transform: translateX(500%);
    }
  }
`;
