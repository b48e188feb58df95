import { css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import '../pages/copy-button.ts';
import { openDialog } from '../pages/dialog.ts';
import { controlStyles } from '../pages/page-styles.ts';

export interface Secret {
  readonly title: string;
  readonly detail: string;
  /** What the value is: *Password*. */
  readonly label: string;
  readonly value: string;
}

/** Shows a secret the only time that it can be shown. Fires `dialog-close`; the secret is then nowhere on the page. */
@customElement('lk-secret-dialog')
export class SecretDialog extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      .value {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 8px 12px;
        border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
        border-radius: 3px;
        background: var(--vscode-input-background);
        color: var(--vscode-input-foreground);
      }
      code {
        flex: 1;
        min-width: 0;
        font-family: var(--vscode-editor-font-family, ui-monospace, monospace);
        font-size: 14px;
        overflow-wrap: anywhere;
        user-select: all;
      }
    `,
  ];

  @property({ attribute: false }) secret: Secret | undefined;

  protected override firstUpdated(): void {
    openDialog(this.shadowRoot);
  }

  override render() {
    const { title = '', detail = '', label = '', value = '' } = this.secret ?? {};
    return html`<dialog aria-labelledby="title" aria-describedby="detail" @close=${() => this.emit('dialog-close')}>
      <h2 id="title">${title}</h2>
      <div class="banner warning">${icon('warning')}<span class="grow" id="detail">${detail}</span></div>
      <p class="hint" id="label">${label}</p>
      <div class="value">
        <code aria-labelledby="label" role="textbox" aria-readonly="true" tabindex="0">${value}</code>
        <lk-copy-button .text=${value} .label=${label}></lk-copy-button>
      </div>
      <div class="buttons">
        <button class="primary" autofocus @click=${() => this.emit('dialog-close')}>${this.t('page.done')}</button>
      </div>
    </dialog>`;
  }
}
