import { css, html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { keysOf } from '../keybindings/keys-of.ts';

const offered = [
  'workbench.showCommands',
  'workbench.quickOpen',
  'workbench.toggleSideBar',
  'workbench.openKeybindings',
];

/** What stands where no editor is open: which keys lead on from here. */
@customElement('lk-watermark')
export class Watermark extends WorkbenchElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: grid;
        place-content: center;
        height: 100%;
        padding: 16px;
        overflow: hidden;
      }
      dl {
        display: grid;
        grid-template-columns: auto auto;
        gap: 10px 16px;
        align-items: center;
        margin: 0;
      }
      dt {
        text-align: end;
        color: var(--vscode-descriptionForeground);
      }
      dd {
        margin: 0;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<dl tabindex="-1">
      ${offered.map((command) => {
        const keys = keysOf(command);
        return keys
          ? html`<dt>${this.t(`watermark.${command}`)}</dt>
              <dd><kbd>${keys}</kbd></dd>`
          : '';
      })}
    </dl>`;
  }
}
