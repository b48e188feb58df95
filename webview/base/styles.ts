import { css, html, type TemplateResult } from 'lit';

/** What every element of the workbench has in common. The font-face of the icons is the document's. */
export const baseStyles = css`
  :host {
    box-sizing: border-box;
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
    color: var(--vscode-foreground);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  a {
    color: var(--vscode-textLink-foreground);
  }
  .codicon {
    font: normal normal normal 16px/1 codicon;
    display: inline-block;
    text-decoration: none;
    text-rendering: auto;
    text-align: center;
    -webkit-font-smoothing: antialiased;
    user-select: none;
    flex: none;
    width: 16px;
    height: 16px;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .icon-button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    flex: none;
    width: 22px;
    height: 22px;
    padding: 0;
    border: 0;
    border-radius: 5px;
    background: none;
    color: var(--vscode-icon-foreground);
    font: inherit;
    cursor: pointer;
  }
  .icon-button:hover {
    background: var(--vscode-toolbar-hoverBackground);
    outline: var(--vscode-toolbar-hoverOutline, none);
    outline-offset: -1px;
  }
  .icon-button:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .icon-button[aria-disabled='true'] {
    color: var(--vscode-disabledForeground);
    cursor: default;
  }
  .button {
    padding: 4px 12px;
    border: 1px solid var(--vscode-button-border, transparent);
    border-radius: 2px;
    background: var(--vscode-button-background);
    color: var(--vscode-button-foreground);
    font: inherit;
    line-height: 18px;
    cursor: pointer;
  }
  .button:hover {
    background: var(--vscode-button-hoverBackground);
  }
  .button:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 2px;
  }
  .button.secondary {
    background: var(--vscode-button-secondaryBackground);
    color: var(--vscode-button-secondaryForeground);
  }
  .button.secondary:hover {
    background: var(--vscode-button-secondaryHoverBackground);
  }
  .button:disabled,
  .button[aria-disabled='true'] {
    opacity: 0.5;
    cursor: default;
  }
  kbd {
    display: inline-block;
    padding: 1px 5px;
    border: 1px solid var(--vscode-keybindingLabel-border);
    border-bottom-color: var(--vscode-keybindingLabel-bottomBorder);
    border-radius: 3px;
    background: var(--vscode-keybindingLabel-background);
    color: var(--vscode-keybindingLabel-foreground);
    font: inherit;
    font-size: 11px;
    line-height: 14px;
  }
  ::-webkit-scrollbar {
    width: 10px;
    height: 10px;
  }
  ::-webkit-scrollbar-thumb {
    background: var(--vscode-scrollbarSlider-background);
  }
  ::-webkit-scrollbar-thumb:hover {
    background: var(--vscode-scrollbarSlider-hoverBackground);
  }
  ::-webkit-scrollbar-corner {
    background: none;
  }
`;

const glyphs = new Map<string, string>();

/** Reads the icons' code points from the document's style sheet, once. */
function glyph(name: string): string {
  if (glyphs.size === 0) {
    for (const sheet of document.styleSheets) {
      let rules: CSSRuleList;
      try {
        rules = sheet.cssRules;
      } catch {
        continue; // a sheet of another origin
      }
      for (const rule of rules) {
        const match = rule instanceof CSSStyleRule && /^\.codicon-([a-z0-9-]+)::?before$/.exec(rule.selectorText);
        if (match) glyphs.set(match[1] ?? '', rule.style.content.replace(/^["']|["']$/g, ''));
      }
    }
  }
  return glyphs.get(name) ?? '';
}

/** A codicon by name: `icon('edit')`. Says nothing to a screen reader; the text beside it, or a label, has to. */
export const icon = (name: string, className?: string): TemplateResult =>
  html`<span class=${className ? `codicon ${className}` : 'codicon'} aria-hidden="true">${glyph(name)}</span>`;
