import { css, type CSSResultGroup } from 'lit';
import { contentStyles } from './content-styles.ts';
import { formStyles } from './control-styles.ts';

/** What all pages of the editor area look alike in. Colours are the theme's alone. */
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

/** Controls and content, wherever they stand. */
export const controlStyles: CSSResultGroup = [formStyles, contentStyles];
