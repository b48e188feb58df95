import { css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import '../pages/copy-button.ts';
import { controlStyles } from '../pages/page-styles.ts';

/** Recovery codes, the only time that they can be shown: to copy, to download, or to write down. */
@customElement('lk-recovery-codes')
export class RecoveryCodes extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      :host {
        display: block;
      }
      ol {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(190px, 1fr));
        gap: 4px 16px;
        margin: 0 0 10px;
        padding: 10px 12px 10px 40px;
        border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
        border-radius: 3px;
        background: var(--vscode-input-background);
        color: var(--vscode-input-foreground);
        font-family: var(--vscode-editor-font-family, ui-monospace, monospace);
        user-select: text;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
    `,
  ];

  @property({ attribute: false }) codes: readonly string[] = [];
  /** Whose they are: stands in the file. */
  @property() email = '';

  override render() {
    const text = this.codes.join('\n');
    return html`<ol tabindex="0" aria-label=${this.t('twoFactor.recoveryCodes')}>
        ${this.codes.map((code) => html`<li>${code}</li>`)}
      </ol>
      <div class="row">
        <button type="button" @click=${this.download}>
          ${icon('desktop-download')}${this.t('twoFactor.download')}
        </button>
        <lk-copy-button .text=${text} .label=${this.t('twoFactor.recoveryCodes')}></lk-copy-button>
      </div>`;
  }

  private download(): void {
    const heading = this.t('twoFactor.fileHeading', { email: this.email, url: location.origin });
    const file = new Blob([`${heading}\n\n${this.codes.join('\n')}\n`], { type: 'text/plain;charset=utf-8' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = 'latchkey-recovery-codes.txt';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-recovery-codes': RecoveryCodes;
  }
}
